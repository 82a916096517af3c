"""Augmentations: spectrograms varied anew in every epoch of a fit.

Each is a plain object with tunable parameters. Its `augment` gets a batch and a
seed generator and works with `keras.ops`, so that it runs inside the compiled
training step on every backend. Anything else with `get_params` and `augment` serves
as well.
"""

from numbers import Integral, Real

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval

from ._backend import import_keras


class TimeShift(BaseEstimator):
    """Shift every clip in time by a random number of frames.

    Frames shifted in repeat the first or last frame of the clip.

    Parameters
    ----------
    max_shift : float, default=0.1
        Largest shift either way, as a fraction of the clip's frames. A tenth of a
        second on one-second clips is what the published Speech Commands recipes use
        [1]_.

    References
    ----------
    .. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
       Recognition", arXiv:1804.03209, 2018.

    Examples
    --------
    >>> from skkws import KerasGRUClassifier, TimeShift
    >>> KerasGRUClassifier(augment=[TimeShift(max_shift=0.05)])
    KerasGRUClassifier(augment=[TimeShift(max_shift=0.05)])
    """

    _parameter_constraints = {"max_shift": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, max_shift=0.1):
        self.max_shift = max_shift

    def augment(self, X, seed):
        """Return a batch with every clip shifted.

        Parameters
        ----------
        X : tensor, shape (n_clips, n_frames, n_bins)
            Spectrograms.
        seed : keras.random.SeedGenerator
            Where the shifts are drawn from.

        Returns
        -------
        tensor, shape (n_clips, n_frames, n_bins)
            Shifted spectrograms.
        """
        keras = import_keras()
        ops, n_frames = keras.ops, X.shape[1]
        most = int(round(self.max_shift * n_frames))
        n_clips = ops.shape(X)[0]
        shift = keras.random.randint((n_clips, 1), -most, most + 1, seed=seed)
        source = ops.clip(ops.arange(n_frames)[None, :] - shift, 0, n_frames - 1)
        return ops.take_along_axis(X, source[:, :, None], axis=1)


class SpecAugment(BaseEstimator):
    """Mask random stretches of time and of frequency.

    Masked values become the mean of their clip. This is SpecAugment [1]_ without its
    time warp, which its authors found to matter least.

    Parameters
    ----------
    n_time_masks : int, default=2
        Stretches of frames to mask in each clip.
    max_time : float, default=0.2
        Longest stretch, as a fraction of the frames.
    n_freq_masks : int, default=2
        Stretches of bins to mask in each clip.
    max_freq : float, default=0.2
        Widest stretch, as a fraction of the bins.

    References
    ----------
    .. [1] D. S. Park et al., "SpecAugment: A Simple Data Augmentation Method for
       Automatic Speech Recognition", Interspeech 2019.

    Examples
    --------
    >>> from skkws import KerasCNNClassifier, SpecAugment
    >>> KerasCNNClassifier(augment=[SpecAugment(max_time=0.1)])
    KerasCNNClassifier(augment=[SpecAugment(max_time=0.1)])
    """

    _parameter_constraints = {
        "n_time_masks": [Interval(Integral, 0, None, closed="left")],
        "max_time": [Interval(Real, 0, 1, closed="both")],
        "n_freq_masks": [Interval(Integral, 0, None, closed="left")],
        "max_freq": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, n_time_masks=2, max_time=0.2, n_freq_masks=2, max_freq=0.2):
        self.n_time_masks = n_time_masks
        self.max_time = max_time
        self.n_freq_masks = n_freq_masks
        self.max_freq = max_freq

    def augment(self, X, seed):
        """Return a batch with random stretches of each clip masked.

        Parameters
        ----------
        X : tensor, shape (n_clips, n_frames, n_bins)
            Spectrograms.
        seed : keras.random.SeedGenerator
            Where the masks are drawn from.

        Returns
        -------
        tensor, shape (n_clips, n_frames, n_bins)
            Masked spectrograms.
        """
        ops = import_keras().ops
        frames = _random_mask(X, X.shape[1], self.n_time_masks, self.max_time, seed)
        bins = _random_mask(X, X.shape[2], self.n_freq_masks, self.max_freq, seed)
        masked = ops.logical_or(frames[:, :, None], bins[:, None, :])
        return ops.where(masked, ops.mean(X, axis=(1, 2), keepdims=True), X)


def _random_mask(X, length, n_masks, max_fraction, seed):
    """Draw a boolean mask, shape (n_clips, length), of n_masks random stretches."""
    keras = import_keras()
    ops = keras.ops
    shape = (ops.shape(X)[0], n_masks, 1)
    width = keras.random.uniform(shape, 0, max_fraction * length, seed=seed)
    start = keras.random.uniform(shape, 0, 1, seed=seed) * (length - width)
    position = ops.cast(ops.arange(length), "float32")[None, None, :]
    inside = ops.logical_and(position >= start, position < start + width)
    return ops.any(inside, axis=1)


# SpecAugment and large shifts cost accuracy where there are few clips to learn from
# (free spoken digits, speakers left out: .65 with them, .76 without).
FEW_CLIPS = 1000


def augmentations_for(augment, X):
    """Turn the parameter `augment` into a list of augmentations for the data X.

    Parameters
    ----------
    augment : "auto", None or list
        What the user asked for.
    X : ndarray, shape (n_clips, n_frames, n_bins)
        Training data; one bin means that it is no spectrogram.

    Returns
    -------
    list
        Objects with `augment`.
    """
    if augment is None:
        return []
    if isinstance(augment, str):
        n_clips, _, n_bins = X.shape
        if n_bins == 1:
            return []
        if n_clips < FEW_CLIPS:
            return [TimeShift(0.05)]
        return [TimeShift(), SpecAugment()]
    for step in augment:
        if not hasattr(step, "augment") or not hasattr(step, "get_params"):
            raise TypeError(
                f"augment contains {step!r}, but each of its entries must have the "
                "methods augment and get_params, like TimeShift."
            )
        if hasattr(step, "_parameter_constraints"):
            step._validate_params()
    return list(augment)
