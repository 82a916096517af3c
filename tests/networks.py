"""Every kind of network that the classifiers can build, for tests to go through."""

import numpy as np
from sklearn.base import clone

from skkws import KerasCNNClassifier, KerasGRUClassifier
from skkws.classifiers import ASKERS_GRU, CAUSAL_GRU, FAST_GRU, TUTORIAL_CNN
from skkws.classifiers._examples import checked_clips

SMALL = {"epochs": 1, "augment": None, "random_state": 0}


def gru(**params):
    own = {"units": 4, "filters": (3,), "kernel_size": 3, "strides": 1}
    return KerasGRUClassifier(**{**SMALL, **own, **params})


def cnn(**params):
    own = {"filters": (3,), "kernel_size": 3, "strides": 1, "frame_filters": ()}
    return KerasCNNClassifier(**{**SMALL, **own, **params})


def preset(kind, params):
    return kind(**{**params, **SMALL})


NETWORKS = {
    "GRU": KerasGRUClassifier(**SMALL),
    "CNN": KerasCNNClassifier(**SMALL),
    "fast": preset(KerasGRUClassifier, FAST_GRU),
    "causal": preset(KerasGRUClassifier, CAUSAL_GRU),
    "tutorial": preset(KerasCNNClassifier, TUTORIAL_CNN),
    "asker's": preset(KerasGRUClassifier, ASKERS_GRU),
    **{
        f"GRU, pooling={pooling}, bidirectional={both}": gru(
            pooling=pooling, bidirectional=both
        )
        for pooling in ("attention", "average", "max", "last", None)
        for both in (True, False)
    },
    "GRUs in a row": gru(units=(4, 3, 2), recurrent_batch_norm=True, filters=()),
    "GRU, framewise, sigmoid": gru(pooling=None, output_activation="sigmoid"),
    "GRU, over frames alone": gru(conv_axes=1, filters=(3, 4), strides=(2, 3)),
    "GRU, valid": gru(padding="valid", strides=((2, 1),), kernel_size=((4, 2),)),
    "GRU, same, even kernel": gru(strides=2, kernel_size=4),
    "GRU without batch norm": gru(batch_norm=False, conv_dropout=0.3),
    "GRU of one frame": gru(strides=50, pooling="attention"),
    **{
        f"CNN, pooling={pooling}, frame_filters={filters}": cnn(
            pooling=pooling, frame_filters=filters, frame_dilation_rate=2
        )
        for pooling in ("attention", "average", "max", "flatten")
        for filters in ((), (5, 4))
    },
    "CNN, max-pooling, same": cnn(filters=(3, 4), pool_size=(2, (3, 2))),
    "CNN, max-pooling, valid": cnn(padding="valid", pool_size=((3, 2),)),
    "CNN, dense layers": cnn(dense_units=(7, 5), batch_norm=False, strides=(2,)),
}


def as_if_fitted(classifier, shape=(41, 23), labels=("go", "no", "up")):
    """Return a classifier as if fitted, no weight of it at its initial value, and X.

    To fit it would compile the training of each network, and leave biases near zero.
    """
    rng = np.random.default_rng(0)
    X = rng.normal(size=(12, *shape)).astype(np.float32)
    classifier = clone(classifier)
    y = np.array(labels)[np.arange(12) % len(labels)]
    checked_clips(classifier, X, y, reset=True)
    classifier._start()
    classifier._state["weights"] = [
        array + rng.uniform(-0.1, 0.1, array.shape).astype(np.float32)
        for array in classifier._state["weights"]
    ]
    return classifier, X
