"""Augmentations that bend the axes of a spectrogram."""

import math

from ._augmentation import FRACTION, Augmentation, numbers
from ._backend import import_keras


class TimeShift(Augmentation):
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

    _parameter_constraints = {"max_shift": [FRACTION]}

    def __init__(self, max_shift=0.1):
        self.max_shift = max_shift

    def _vary(self, X, targets, seed):
        keras = import_keras()
        n_frames = X.shape[1]
        most = int(round(self.max_shift * n_frames))
        shape = (keras.ops.shape(X)[0], 1)
        shift = keras.random.randint(shape, -most, most + 1, seed=seed)
        return _frames_of(X, keras.ops.arange(n_frames)[None] - shift), targets


class TimeStretch(Augmentation):
    """Speed every clip up or slow it down, about a random frame of it, and shift it.

    What is shifted or stretched in repeats the first or last frame of the clip.

    Parameters
    ----------
    max_stretch : float, default=0.1
        Largest change of the speed either way: .1 is from 1 / 1.1 to 1.1 times as
        fast. Speakers differ by more; beyond, words no longer fit into their clip.
    max_shift : float, default=0.1
        Largest shift either way, as a fraction of the clip's frames, as for
        `TimeShift`. Both at once cost no more than either alone.

    References
    ----------
    .. [1] T. Ko, V. Peddinti, D. Povey and S. Khudanpur, "Audio Augmentation for
       Speech Recognition", Interspeech 2015 (of waveforms, where pitch changes too).

    Examples
    --------
    >>> from skkws import KerasGRUClassifier, TimeStretch
    >>> KerasGRUClassifier(augment=[TimeStretch(0.2)])
    KerasGRUClassifier(augment=[TimeStretch(max_stretch=0.2)])
    """

    _parameter_constraints = {"max_stretch": [FRACTION], "max_shift": [FRACTION]}

    def __init__(self, max_stretch=0.1, max_shift=0.1):
        self.max_stretch = max_stretch
        self.max_shift = max_shift

    def _vary(self, X, targets, seed):
        ops = import_keras().ops
        positions = _warped_axis(X, X.shape[1], self.max_stretch, self.max_shift, seed)
        first = ops.floor(positions)
        share = (positions - first)[:, :, None]
        first = ops.cast(first, "int32")
        before, after = _frames_of(X, first), _frames_of(X, first + 1)
        return before + share * (after - before), targets


class FrequencyWarp(Augmentation):
    """Move every clip's formants and pitch up or down, as another speaker's.

    The bins are stretched about a random one and shifted, which on mel bins stands for
    vocal tracts of other lengths [1]_. Cepstra, as from `MFCC`, have no such bins:
    leave it out there.

    Parameters
    ----------
    max_stretch : float, default=0.07
        Largest stretch either way, as for `TimeStretch`.
    max_shift : float, default=0.03
        Largest shift either way, as a fraction of the bins.

    References
    ----------
    .. [1] N. Jaitly and G. E. Hinton, "Vocal Tract Length Perturbation (VTLP) improves
       speech recognition", ICML Workshop on Deep Learning for Audio, 2013.

    Examples
    --------
    >>> from skkws import FrequencyWarp, KerasGRUClassifier
    >>> KerasGRUClassifier(augment=[FrequencyWarp(max_shift=0.1)])
    KerasGRUClassifier(augment=[FrequencyWarp(max_shift=0.1)])
    """

    _parameter_constraints = {"max_stretch": [FRACTION], "max_shift": [FRACTION]}

    def __init__(self, max_stretch=0.07, max_shift=0.03):
        self.max_stretch = max_stretch
        self.max_shift = max_shift

    def _vary(self, X, targets, seed):
        n_bins = X.shape[2]
        positions = _warped_axis(X, n_bins, self.max_stretch, self.max_shift, seed)
        # For so few bins, a product is faster than to gather them.
        return import_keras().ops.matmul(X, interpolation(positions, n_bins)), targets


def interpolation(positions, length):
    """Return hat functions about positions, shape (n_clips, length, n_positions).

    Values at `length` places times these are those at the positions, along lines in
    between. Beyond the ends, the first or last value repeats.
    """
    ops = import_keras().ops
    positions = ops.clip(positions, 0, length - 1)[:, None, :]
    distances = positions - ops.transpose(numbers(length))
    return ops.relu(1 - ops.abs(distances))


def _frames_of(X, index):
    """Take frames by number, shape (n_clips, n_frames), each from the same clip of X.

    Beyond its ends, a clip repeats its first or last frame.
    """
    ops = import_keras().ops
    n_clips, n_frames, n_bins = ops.shape(X)[0], *X.shape[1:]
    rows = n_frames * ops.arange(n_clips, dtype="int32")[:, None]
    rows = rows + ops.clip(index, 0, n_frames - 1)
    return ops.take(ops.reshape(X, (-1, n_bins)), rows, axis=0)


def _warped_axis(X, length, max_stretch, max_shift, seed):
    """Draw positions, shape (n_clips, length), that stretch and shift an axis."""
    keras = import_keras()
    shape = (keras.ops.shape(X)[0], 1)
    most = math.log1p(max_stretch)
    speed = keras.ops.exp(keras.random.uniform(shape, -most, most, seed=seed))
    fixed = keras.random.uniform(shape, 0, length - 1, seed=seed)
    most = max_shift * length
    shift = keras.random.uniform(shape, -most, most, seed=seed)
    return fixed + shift + speed * (numbers(length) - fixed)
