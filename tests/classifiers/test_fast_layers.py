import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws import KerasGRUClassifier
from skkws.classifiers._fast_layers import fast_layers, fast_network_from
from skkws.classifiers._networks import architecture_of, keras, network_from


@pytest.fixture(scope="module", params=[True, False], ids=["both ways", "one way"])
def networks(request):
    """The default network (without dropout) of stock layers and of fast ones."""
    if keras.backend.backend() == "jax":
        pytest.skip("JAX has no fast layers")
    rng = np.random.RandomState(0)
    X, y = rng.randn(10, 20, 8), np.arange(10) % 2
    words = KerasGRUClassifier(
        bidirectional=request.param, dropout=0.0, epochs=1, random_state=0
    )
    words.fit(X, y)
    architecture = architecture_of(words.model_)
    stock, fast = network_from(architecture), fast_network_from(architecture)
    for network in stock, fast:
        network.set_weights(words.model_.get_weights())
    return stock, fast


def kinds(network):
    layers = network._flatten_layers(include_self=False)
    return {type(layer) for layer in layers}


def trained_on(network, X, targets):
    """Return outputs in training and the gradient of each variable, as arrays."""
    variables = network.trainable_variables
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            outputs = network(X, training=True)
            loss = tf.reduce_mean((outputs - targets) ** 2)
        slopes = tape.gradient(loss, variables)
    else:
        outputs = network(X, training=True)
        targets = keras.ops.convert_to_tensor(targets)
        keras.ops.mean((outputs - targets) ** 2).backward()
        slopes = [variable.value.grad for variable in variables]
    return [keras.ops.convert_to_numpy(x) for x in (outputs, *slopes)]


def test_fast_layers_are_swapped_in(networks):
    stock, fast = networks
    stand_ins = fast_layers()
    used = {kind.__name__ for kind in kinds(stock)} & set(stand_ins)
    assert used >= {"BatchNormalization", "GRU"}
    assert kinds(fast) >= {stand_ins[name] for name in used}
    assert not {kind.__name__ for kind in kinds(fast)} & used


def test_gradients_and_moving_statistics_are_those_of_keras(networks):
    X = np.random.RandomState(1).randn(16, 20, 8).astype(np.float32)
    targets = np.random.RandomState(2).randn(16, 2).astype(np.float32)
    stock, fast = (
        trained_on(network, X, targets) + network.get_weights() for network in networks
    )
    for expected, found in zip(stock, fast, strict=True):
        assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


def test_predictions_are_those_of_keras(networks):
    X = np.random.RandomState(3).randn(5, 20, 8).astype(np.float32)
    stock, fast = (
        keras.ops.convert_to_numpy(network(X, training=False)) for network in networks
    )
    assert_allclose(fast, stock, rtol=1e-5, atol=1e-6)


def test_one_value_a_channel():
    X, y = np.random.RandomState(0).randn(10, 1, 4), np.arange(10) % 2
    words = KerasGRUClassifier(
        3,
        filters=(),
        recurrent_batch_norm=True,
        batch_size=1,
        epochs=1,
        random_state=0,
    )
    assert np.isfinite(words.fit(X, y).predict_proba(X)).all()


@pytest.mark.parametrize("mode", ["no_grad", "inference_mode"])
def test_torch_learns_whatever_the_user_has_set(mode):
    if keras.backend.backend() != "torch":
        pytest.skip("torch's own modes")
    import torch

    X, y = np.random.RandomState(0).randn(10, 9, 4), np.arange(10) % 2
    small = {"filters": (4,), "kernel_size": 3, "epochs": 1, "random_state": 0}
    words = KerasGRUClassifier(3, strides=2, **small)
    expected = words.fit(X, y).predict_proba(X)
    other = KerasGRUClassifier(3, strides=1, **small)
    with getattr(torch, mode)():
        assert np.array_equal(words.fit(X, y).predict_proba(X), expected)
        other.fit(X, y)  # a network that is built in there
    assert np.isfinite(other.partial_fit(X, y).predict_proba(X)).all()


def test_torch_has_all_cores_in_a_fit_and_as_many_as_before_outside():
    if keras.backend.backend() != "torch":
        pytest.skip("torch's own threads")
    import torch

    class Predict(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            words.predict(X)
            counts.append(torch.get_num_threads())

    X, y = np.random.RandomState(0).randn(10, 9, 4), np.arange(10) % 2
    words, counts, before = KerasGRUClassifier(3, epochs=2), [], torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        words.fit(X, y).set_params(callbacks=[Predict()]).fit(X, y)
        assert counts == [joblib.cpu_count()] * 2
        assert torch.get_num_threads() == 1
        expected = words.predict_proba(X)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert np.array_equal(words.predict_proba(X), expected)
    finally:
        torch.set_num_threads(before)


def test_one_unit():
    X, y = np.random.RandomState(0).randn(10, 9, 4), np.arange(10) % 2
    words = KerasGRUClassifier(np.int64(1), filters=(), epochs=1, random_state=0)
    assert words.fit(X, y).predict_proba(X).shape == (10, 2)
