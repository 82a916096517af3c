"""Steady noise under spectrograms."""

from numbers import Real

from sklearn.utils._param_validation import Interval

from ._augmentation import FRACTION, Augmentation, numbers
from ._backend import import_keras

# What a standard deviation of the log-mel power of Speech Commands is in natural
# logarithms: powers add, so that noise is added between exp and log.
NATURAL = 2.5

# Of the noise, in standard deviations: how much its level differs from the lowest bin
# to the highest, and from value to value. The first is 5 dB, either way; the second is
# .6 in natural logarithms, as of the power of white noise in two or three bins.
TILT, GRAIN = 0.5, 0.25


class NoiseFloor(Augmentation):
    """Drown a part of the clips in steady noise, more or less deeply.

    Every bin of such a clip rises to about one level, which is random, as is its tilt
    from low frequencies to high ones. It is meant for logarithms of mel power that
    `Normalize` has scaled; other input it merely disturbs.

    Parameters
    ----------
    probability : float, default=0.5
        Share of the clips that get noise.
    min_level, max_level : float, default=-3.0, 0.0
        Bounds of the noise's level, in standard deviations of the input from its mean.
        0 is as loud as the average moment of a clip; -3 is silence.

    Examples
    --------
    >>> from skkws import KerasGRUClassifier, NoiseFloor
    >>> KerasGRUClassifier(augment=[NoiseFloor(max_level=-1.0)])
    KerasGRUClassifier(augment=[NoiseFloor(max_level=-1.0)])
    """

    _parameter_constraints = {
        "probability": [FRACTION],
        "min_level": [Interval(Real, None, None, closed="neither")],
        "max_level": [Interval(Real, None, None, closed="neither")],
    }

    def __init__(self, probability=0.5, min_level=-3.0, max_level=0.0):
        self.probability = probability
        self.min_level = min_level
        self.max_level = max_level

    def _validate_params(self):
        super()._validate_params()
        if self.min_level > self.max_level:
            raise ValueError(
                f"min_level is {self.min_level}, but must not be above max_level, "
                f"{self.max_level}."
            )

    def _vary(self, X, targets, seed):
        keras = import_keras()
        ops = keras.ops
        n_bins = X.shape[2]
        shape = (ops.shape(X)[0], 1, 1)
        level = keras.random.uniform(shape, self.min_level, self.max_level, seed=seed)
        tilt = keras.random.normal(shape, stddev=TILT, seed=seed)
        tilt = tilt * (numbers(n_bins) / n_bins - 0.5)
        spread = GRAIN * 3**0.5  # half the width of the uniform distribution
        # One for all clips, as they have levels of their own: drawing is what costs.
        grain = keras.random.uniform(X.shape[1:], -spread, spread, seed=seed)
        above = NATURAL * (level + tilt + grain - X)
        noisy = X + ops.softplus(above) / NATURAL
        chosen = keras.random.uniform(shape, seed=seed) < self.probability
        return ops.where(chosen, noisy, X), targets
