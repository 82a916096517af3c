"""Mixup: two clips at once."""

from numbers import Real

from sklearn.utils._param_validation import Interval

from ._augmentation import Augmentation
from ._backend import import_keras


class Mixup(Augmentation):
    """Lay another clip of the batch faintly over each, and ask for both words.

    Parameters
    ----------
    alpha : float, default=0.2
        The other clip's share is half a uniform random number to the power of
        ``1 / alpha``: close to 0, hardly ever any of it; 1, any share up to one half.

    Notes
    -----
    The publication [1]_ draws from a beta distribution, whose smaller share this is
    exactly for `alpha` = 1 and nearly below. Keras's own beta distribution disturbs
    the global random state on torch.

    References
    ----------
    .. [1] H. Zhang, M. Cisse, Y. N. Dauphin and D. Lopez-Paz, "mixup: Beyond Empirical
       Risk Minimization", ICLR 2018.

    Examples
    --------
    >>> from skkws import KerasGRUClassifier, Mixup
    >>> KerasGRUClassifier(augment=[Mixup(alpha=0.5)])
    KerasGRUClassifier(augment=[Mixup(alpha=0.5)])
    """

    _parameter_constraints = {"alpha": [Interval(Real, 0, None, closed="neither")]}

    def __init__(self, alpha=0.2):
        self.alpha = alpha

    def _vary(self, X, targets, seed):
        keras = import_keras()
        ops = keras.ops
        shape = (ops.shape(X)[0], 1)
        own = 1 - keras.random.uniform(shape, seed=seed) ** (1 / self.alpha) / 2
        return (
            own[:, :, None] * X + (1 - own[:, :, None]) * ops.roll(X, 1, axis=0),
            own * targets + (1 - own) * ops.roll(targets, 1, axis=0),
        )
