"""SpecAugment: stretches of time and of frequency masked."""

from ._augmentation import COUNT, FRACTION, Augmentation, numbers
from ._backend import import_keras


class SpecAugment(Augmentation):
    """Mask random stretches of time and of frequency.

    Masked values become the mean of their clip. This is SpecAugment [1]_ without its
    time warp, which its authors found to matter least. The first frame and the first
    bin are never masked.

    Parameters
    ----------
    n_time_masks : int, default=2
        Stretches of frames to mask in each clip.
    max_time : float, default=0.1
        Longest stretch, as a fraction of the frames.
    n_freq_masks : int, default=2
        Stretches of bins to mask in each clip.
    max_freq : float, default=0.1
        Widest stretch, as a fraction of the bins.

    References
    ----------
    .. [1] D. S. Park et al., "SpecAugment: A Simple Data Augmentation Method for
       Automatic Speech Recognition", Interspeech 2019.

    Examples
    --------
    >>> from skkws import KerasCNNClassifier, SpecAugment
    >>> KerasCNNClassifier(augment=[SpecAugment(max_time=0.2)])
    KerasCNNClassifier(augment=[SpecAugment(max_time=0.2)])
    """

    _parameter_constraints = {
        "n_time_masks": [COUNT],
        "max_time": [FRACTION],
        "n_freq_masks": [COUNT],
        "max_freq": [FRACTION],
    }

    def __init__(self, n_time_masks=2, max_time=0.1, n_freq_masks=2, max_freq=0.1):
        self.n_time_masks = n_time_masks
        self.max_time = max_time
        self.n_freq_masks = n_freq_masks
        self.max_freq = max_freq

    def _vary(self, X, targets, seed):
        ops = import_keras().ops
        frames = _random_mask(X, X.shape[1], self.n_time_masks, self.max_time, seed)
        bins = _random_mask(X, X.shape[2], self.n_freq_masks, self.max_freq, seed)
        masked = ops.logical_or(frames[:, :, None], bins[:, None, :])
        return ops.where(masked, ops.mean(X, axis=(1, 2), keepdims=True), X), targets


def _random_mask(X, length, n_masks, max_fraction, seed):
    """Draw a boolean mask, shape (n_clips, length), of n_masks random stretches."""
    keras = import_keras()
    ops = keras.ops
    shape = (ops.shape(X)[0], n_masks, 1)
    width = keras.random.uniform(shape, 0, max_fraction * length, seed=seed)
    start = keras.random.uniform(shape, 0, 1, seed=seed) * (length - width)
    position = numbers(length)[None]
    inside = ops.logical_and(position >= start, position < start + width)
    return ops.any(inside, axis=1)
