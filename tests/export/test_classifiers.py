"""Every network that the classifiers can build gives the same in onnxruntime."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone

from skkws import KerasCNNClassifier, KerasGRUClassifier
from skkws.classifiers import ASKERS_GRU, CAUSAL_GRU, FAST_GRU, TUTORIAL_CNN
from skkws.classifiers._examples import checked_clips
from skkws.export import to_onnx

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
ACTIVATIONS = [
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "tanh_shrink",
]


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


def check(classifier, X, model, run):
    label, probabilities = run(model, X)
    ours = classifier.predict_proba(X)
    assert np.ptp(ours, axis=0).max() > 1e-3  # clips differ, or nothing is shown
    assert_allclose(probabilities, ours, atol=1e-5)
    assert_array_equal(label, classifier.predict(X))


@pytest.mark.parametrize("name", NETWORKS)
def test_network(name, run, path):
    classifier, X = as_if_fitted(NETWORKS[name])
    check(classifier, X, to_onnx(classifier, path), run)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_output_activation(activation, run, path):
    classifier, X = as_if_fitted(gru(filters=(), output_activation=activation), (6, 4))
    # Far enough to either side of zero that the activations tell themselves apart.
    state = classifier._state
    state["weights"] = [3 * array for array in state["weights"]]
    check(classifier, X, to_onnx(classifier, path), run)


def test_two_dimensions(run, path):
    classifier, X = as_if_fitted(gru(conv_axes=1), shape=(30,))
    check(classifier, X, to_onnx(classifier, path, X), run)


def test_a_channel(run, path):
    classifier, X = as_if_fitted(cnn(), shape=(9, 5, 1))
    check(classifier, X, to_onnx(classifier, path, X), run)


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        (("no", "yes"), "U"),
        ((3, -7), "i"),
        ((False, True), "i"),
        ((2.0, 1.0), "i"),
        (np.array(["nein", "jä"], dtype=object), "U"),
    ],
)
def test_labels(labels, kind, run, path):
    classifier, X = as_if_fitted(gru(filters=()), (6, 4), labels)
    label, _ = run(to_onnx(classifier, path), X)
    assert np.asarray(label.tolist()).dtype.kind == kind
    assert_array_equal(label, classifier.predict(X))


def test_int8_weights_are_near_and_small(run, path):
    classifier, X = as_if_fitted(KerasGRUClassifier(**SMALL))
    full = to_onnx(classifier, path).ByteSize()
    model = to_onnx(classifier, path, weights="int8")
    assert model.ByteSize() < 0.3 * full
    error = abs(run(model, X)[1] - classifier.predict_proba(X))
    assert 1e-6 < error.max() < 0.005


def test_batch_norm_becomes_part_of_the_convolution(run, path):
    classifier, _ = as_if_fitted(gru(recurrent_batch_norm=True))
    operators = [node.op_type for node in to_onnx(classifier, path).graph.node]
    assert "BatchNormalization" not in operators
    assert operators.count("Conv") == 1
    # That after the GRU is one scale and one shift; the other Add is the last layer's,
    # the third the attention's.
    assert operators.count("Mul") == 1
    assert operators.count("Add") == 3


def test_weights_are_all_that_weighs(run, path):
    for name in ("GRU", "CNN", "fast"):
        classifier, _ = as_if_fitted(NETWORKS[name], (98, 40))
        n_bytes = sum(array.nbytes for array in classifier._state["weights"])
        assert to_onnx(classifier, path).ByteSize() < 1.05 * n_bytes
