"""Every network that the classifiers can build gives the same in onnxruntime."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skkws.export import to_onnx
from tests.networks import NETWORKS, as_if_fitted, cnn, gru

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
    classifier, X = as_if_fitted(NETWORKS["GRU"])
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
