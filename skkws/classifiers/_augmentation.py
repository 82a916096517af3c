"""What the augmentations share.

Each is a plain object with tunable parameters, which varies spectrograms anew in every
epoch of a fit. It works with `keras.ops`, so that it runs inside the training step on
every backend. Anything else with `get_params` and `augment` serves as well.
"""

from numbers import Integral, Real

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import Interval

from ._backend import import_keras

FRACTION = Interval(Real, 0, 1, closed="both")
COUNT = Interval(Integral, 0, None, closed="left")


class Augmentation(BaseEstimator):
    """Base of the augmentations: a subclass says in `_vary` what becomes of a batch."""

    def augment(self, X, targets, seed):
        """Return a batch with every clip varied in its own way.

        Parameters
        ----------
        X : tensor, shape (n_clips, n_frames, n_bins)
            Spectrograms.
        targets : tensor, shape (n_clips, n_classes)
            How much each word counts in each clip.
        seed : keras.random.SeedGenerator
            What to draw from.

        Returns
        -------
        X : tensor, shape (n_clips, n_frames, n_bins)
            Spectrograms as the network is to see them.
        targets : tensor, shape (n_clips, n_classes)
            What it is to learn of them.
        """
        return self._vary(X, targets, seed)


def check_augmentation(step, input_shape, n_classes):
    """Try an augmentation on two clips, and refuse one that does not keep shapes.

    Those of skkws do, and are not tried.
    """
    if type(step).__module__.startswith(f"{__package__}."):
        return
    keras = import_keras()
    batch = keras.ops.zeros((2, *input_shape)), keras.ops.zeros((2, n_classes))
    made = step.augment(*batch, keras.random.SeedGenerator(0))
    made, expected = _described(made), _described(batch)
    if made != expected:
        raise ValueError(
            f"augment contains a {type(step).__name__}, which makes {made} of "
            f"spectrograms and targets of the shapes {expected}, but must keep these."
        )


def _described(batch):
    """Name the shapes of tensors, and the types of what is none."""
    parts = batch if isinstance(batch, tuple | list) else [batch]
    is_tensor = import_keras().ops.is_tensor
    return " and ".join(
        str(tuple(part.shape)) if is_tensor(part) else type(part).__name__
        for part in parts
    )


def numbers(length):
    """Return 0, 1, ... as floats, shape (1, length)."""
    return import_keras().ops.arange(length, dtype="float32")[None, :]
