import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws.classifiers._fast_adam import FastAdam, FastAdamW, fast_optimizer
from skkws.classifiers._networks import keras

OPTIMIZERS = {
    "adam": (keras.optimizers.Adam, FastAdam, {}),
    "adamw": (keras.optimizers.AdamW, FastAdamW, {"weight_decay": 0.1, "clipnorm": 1}),
    "averages": (keras.optimizers.AdamW, FastAdamW, {"use_ema": True}),
}


@pytest.fixture(autouse=True)
def on_tensorflow():
    if keras.backend.backend() != "tensorflow":
        pytest.skip("the fast optimizers are TensorFlow's")


def variables_after(optimizer, start, slopes):
    """Return a weight and all of an optimizer's variables after compiled steps."""
    import tensorflow as tf

    weight = keras.Variable(start)
    optimizer.build([weight])
    step = tf.function(lambda slope: optimizer.apply([slope], [weight]))
    for slope in slopes:
        step(tf.constant(slope))
    return [variable.numpy() for variable in (weight, *optimizer.variables)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_those_of_keras(name):
    stock, fast, params = OPTIMIZERS[name]
    rng = np.random.RandomState(0)
    start = rng.randn(3, 5).astype(np.float32)
    slopes = rng.randn(6, 3, 5).astype(np.float32)
    optimizers = [stock(learning_rate=0.1, **params) for _ in range(2)]
    optimizers[1] = fast_optimizer(optimizers[1])
    assert type(optimizers[1]) is fast
    found = [variables_after(optimizer, start, slopes) for optimizer in optimizers]
    for expected, one in zip(*found, strict=True):
        assert_allclose(one, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "optimizer",
    [keras.optimizers.SGD(), keras.optimizers.AdamW(amsgrad=True)],
    ids=["another", "with the largest averages"],
)
def test_optimizers_that_have_no_kernel_stay(optimizer):
    assert fast_optimizer(optimizer) is optimizer
