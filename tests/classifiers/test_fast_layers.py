import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws import KerasGRUClassifier
from skkws.classifiers._fast_layers import FAST, fast_network_from
from skkws.classifiers._networks import architecture_of, keras, network_from


@pytest.fixture(scope="module")
def networks():
    """The default network (without dropout) of stock layers and of fast ones."""
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the fast layers are TensorFlow's")
    rng = np.random.RandomState(0)
    X, y = rng.randn(10, 20, 8), np.arange(10) % 2
    words = KerasGRUClassifier(dropout=0.0, epochs=1, random_state=0).fit(X, y)
    architecture = architecture_of(words.model_)
    stock, fast = network_from(architecture), fast_network_from(architecture)
    for network in stock, fast:
        network.set_weights(words.model_.get_weights())
    return stock, fast


def kinds(network):
    layers = network._flatten_layers(include_self=False)
    return {type(layer) for layer in layers}


def test_fast_layers_are_swapped_in(networks):
    stock, fast = networks
    assert {kind.__name__ for kind in kinds(stock)} >= set(FAST)
    assert kinds(fast) >= set(FAST.values())
    assert not {kind.__name__ for kind in kinds(fast)} & set(FAST)


def test_gradients_and_moving_statistics_are_those_of_keras(networks):
    import tensorflow as tf

    X = np.random.RandomState(1).randn(16, 20, 8).astype(np.float32)
    targets = np.random.RandomState(2).randn(16, 2).astype(np.float32)
    found = []
    for network in networks:
        with tf.GradientTape() as tape:
            outputs = network(X, training=True)
            loss = tf.reduce_mean((outputs - targets) ** 2)
        slopes = tape.gradient(loss, network.trainable_variables)
        found.append([outputs, *slopes, *network.get_weights()])
    for stock, fast in zip(*found, strict=True):
        assert_allclose(fast, stock, rtol=1e-4, atol=1e-6)


def test_predictions_are_those_of_keras(networks):
    X = np.random.RandomState(3).randn(5, 20, 8).astype(np.float32)
    stock, fast = (np.array(network(X, training=False)) for network in networks)
    assert_allclose(fast, stock, rtol=1e-5, atol=1e-6)


def test_one_unit():
    X, y = np.random.RandomState(0).randn(10, 9, 4), np.arange(10) % 2
    words = KerasGRUClassifier(np.int64(1), filters=(), epochs=1, random_state=0)
    assert words.fit(X, y).predict_proba(X).shape == (10, 2)
