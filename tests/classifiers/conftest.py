import numpy as np
import pytest

from skkws import KerasCNNClassifier, KerasGRUClassifier


@pytest.fixture
def clips():
    """40 spectrograms (n, 12, 6) of three words that differ, and their words."""
    rng = np.random.default_rng(0)
    y = np.array(["down", "go", "up"])[np.arange(40) % 3]
    X = rng.normal(size=(40, 12, 6)) + (np.arange(40) % 3)[:, None, None]
    return X.astype(np.float32), y


@pytest.fixture(params=[KerasCNNClassifier, KerasGRUClassifier])
def small(request):
    """Return a function that makes a small network of either kind."""

    def make(**params):
        own = {"pool_size": 1} if request.param is KerasCNNClassifier else {"units": 8}
        defaults = {
            "filters": (8,),
            "kernel_size": 3,
            "strides": 1,
            "epochs": 3,
            "learning_rate": 0.01,
            "random_state": 0,
        }
        return request.param(**{**defaults, **own, **params})

    return make
