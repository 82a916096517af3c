import pytest

from skkws import KerasCNNClassifier, KerasGRUClassifier


@pytest.fixture(params=[KerasCNNClassifier, KerasGRUClassifier])
def small(request):
    """Return a function that makes a small network of either kind."""

    def make(**params):
        own = {"units": 8}
        if request.param is KerasCNNClassifier:
            own = {"frame_filters": (8,), "frame_dilation_rate": 1}
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
