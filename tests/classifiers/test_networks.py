import numpy as np
import pytest

from skkws import KerasCNNClassifier, KerasGRUClassifier
from skkws.classifiers import ASKERS_GRU, CAUSAL_GRU, FAST_GRU, TUTORIAL_CNN


def fitted(estimator, shape, n_classes=8, n_clips=16):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n_clips, *shape)).astype(np.float32)
    y = np.arange(n_clips) % n_classes
    return estimator.set_params(epochs=1, random_state=0).fit(X, y), X


def shapes(model):
    """(kind, output shape) of each layer but the input."""
    return [
        (type(layer).__name__, tuple(layer.output.shape[1:]))
        for layer in model.layers[1:]
    ]


def output(model, X):
    import keras

    return keras.ops.convert_to_numpy(model(X, training=False))


def test_tutorial_cnn():
    words, _ = fitted(KerasCNNClassifier(**TUTORIAL_CNN), (32, 32))
    assert words.model_.count_params() == 1_625_608
    assert shapes(words.model_) == [
        ("Reshape", (32, 32, 1)),
        ("Conv2D", (30, 30, 32)),
        ("Activation", (30, 30, 32)),
        ("Conv2D", (28, 28, 64)),
        ("Activation", (28, 28, 64)),
        ("MaxPooling2D", (14, 14, 64)),
        ("Dropout", (14, 14, 64)),
        ("Flatten", (12544,)),
        ("Dense", (128,)),
        ("Dropout", (128,)),
        ("Dense", (8,)),
    ]
    assert words.model_.get_layer("dense_1").activation.__name__ == "relu"


def test_tutorial_cnn_with_its_own_normalization_layer():
    import keras

    words, X = fitted(KerasCNNClassifier(**TUTORIAL_CNN), (32, 32))
    tutorial = keras.Sequential(
        [
            keras.Input((32, 32)),
            keras.layers.Reshape((32, 32, 1)),
            keras.layers.Normalization(axis=None),
            words.model_,
        ]
    )
    assert tutorial.count_params() == 1_625_611


def test_askers_gru():
    words, X = fitted(KerasGRUClassifier(**ASKERS_GRU), (124, 129))
    assert words.model_.count_params() == 606_552
    assert shapes(words.model_) == [
        ("Conv1D", (55, 196)),
        ("BatchNormalization", (55, 196)),
        ("Activation", (55, 196)),
        ("Dropout", (55, 196)),
        ("GRU", (55, 128)),
        ("Dropout", (55, 128)),
        ("BatchNormalization", (55, 128)),
        ("GRU", (55, 128)),
        ("Dropout", (55, 128)),
        ("BatchNormalization", (55, 128)),
        ("Dropout", (55, 128)),
        ("TimeDistributed", (55, 8)),
    ]
    # The sigmoid fed as logits caps what a word's probability can be.
    assert words.predict_proba(X).max() < np.e / (np.e + 7)
    assert output(words.model_, X).max() < 1


def test_default_gru_is_many_to_one_over_strided_convolutions():
    words, _ = fitted(KerasGRUClassifier(), (98, 40))
    model = words.model_
    assert model.get_layer("gru_1").output.shape[1:] == (25, 128)
    assert model.output_shape == (None, 8)
    assert model.count_params() < 250_000


def test_fast_gru():
    words, X = fitted(KerasGRUClassifier(**FAST_GRU), (98, 40))
    assert words.model_.count_params() == 68_985
    assert words.model_.get_layer("gru_1").output.shape[1:] == (17, 96)


def test_causal_preset_does_not_hear_the_future():
    import keras

    words, X = fitted(KerasGRUClassifier(**CAUSAL_GRU), (98, 40))
    frames = keras.Model(words.model_.input, words.model_.get_layer("gru_1").output)
    later = X.copy()
    later[:, 50:] = 0
    before, after = output(frames, X), output(frames, later)
    # With kernels of 5, 3 and 3 frames and strides of 2, 2 and 1, output frame t sees
    # the input frames 4 t to 4 t + 16.
    np.testing.assert_allclose(after[:, :9], before[:, :9], atol=1e-6)
    assert (after[:, 9:] != before[:, 9:]).any(axis=2).all()


def test_default_cnn_keeps_bins_apart_and_pools_frames():
    words, _ = fitted(KerasCNNClassifier(), (98, 40))
    model = words.model_
    assert model.get_layer("frames").output.shape[1:] == (25, 5 * 64)
    assert model.get_layer("attention_pooling").output.shape[1:] == (1, 96)
    assert model.count_params() < 200_000


@pytest.mark.parametrize("pooling", ["attention", "average", "max", "flatten"])
@pytest.mark.parametrize("frame_filters", [(), (4,)])
def test_cnn_pooling(pooling, frame_filters):
    cnn = KerasCNNClassifier(
        (3,),
        kernel_size=3,
        strides=1,
        frame_filters=frame_filters,
        frame_dilation_rate=2,
        pooling=pooling,
    )
    words, X = fitted(cnn, (9, 5), n_classes=2)
    n_channels = 4 if frame_filters else 5 * 3
    n_values = 9 * n_channels if pooling == "flatten" else n_channels
    assert words.model_.get_layer("logits").kernel.shape == (n_values, 2)
    np.testing.assert_allclose(words.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


def test_frame_parameters_are_named_where_they_do_not_fit():
    X, y = np.zeros((4, 9, 5)), ["no", "yes"] * 2
    cnn = KerasCNNClassifier((3,), kernel_size=3, strides=1, frame_filters=(4, 4))
    sentence = "frame_kernel_size has 3 entries, but frame_filters has 2"
    with pytest.raises(ValueError, match=sentence):
        cnn.set_params(frame_kernel_size=(3, 3, 3)).fit(X, y)


def test_model_gives_logits_of_predict_proba():
    import keras

    words, X = fitted(
        KerasGRUClassifier(8, filters=(4,), kernel_size=3, strides=1), (9, 5)
    )
    logits = keras.ops.convert_to_numpy(words.model_(X, training=False))
    proba = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(words.predict_proba(X), proba, atol=1e-6)


@pytest.mark.parametrize("pooling", ["attention", "average", "max", "last", None])
@pytest.mark.parametrize("bidirectional", [True, False])
def test_gru_pooling(pooling, bidirectional):
    words, X = fitted(
        KerasGRUClassifier(
            (4, 3),
            filters=(),
            pooling=pooling,
            bidirectional=bidirectional,
            recurrent_batch_norm=True,
        ),
        (9, 5),
        n_classes=2,
    )
    proba = words.predict_proba(X)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)
    width = 6 if bidirectional else 3
    assert words.model_.get_layer("gru_2").output.shape[1:] == (9, width)


@pytest.mark.parametrize("build", [KerasCNNClassifier, KerasGRUClassifier])
def test_a_stride_along_an_axis_of_length_one(build):
    words, X = fitted(
        build(filters=(4,), kernel_size=3, strides=[(1, 2)], random_state=0), (9, 1), 2
    )
    many = np.concatenate([X] * 3)
    np.testing.assert_allclose(
        words.predict_proba(many)[: len(X)],
        np.concatenate([words.predict_proba(clip[None]) for clip in X]),
        atol=1e-5,
    )


def test_causal_gru_does_not_hear_the_future():
    words, X = fitted(
        KerasGRUClassifier(4, filters=(), pooling=None, bidirectional=False), (9, 5), 2
    )
    changed = X.copy()
    changed[:, 6:] += 1
    before, after = output(words.model_, X), output(words.model_, changed)
    np.testing.assert_allclose(after[:, :6], before[:, :6], atol=1e-6)
    assert abs(after[:, 6:] - before[:, 6:]).max() > 1e-3


def test_bidirectional_layers_start_differently():
    words, _ = fitted(KerasGRUClassifier(4, filters=()), (9, 5), 2)
    layer = words.model_.get_layer("gru_1")
    forward, backward = (
        keras_layer.get_weights()[0]
        for keras_layer in (layer.forward_layer, layer.backward_layer)
    )
    assert abs(forward - backward).max() > 0.1


@pytest.mark.parametrize("shape", [(1, 1), (2, 1), (1, 7), (3, 40)])
def test_default_networks_take_tiny_input(shape):
    for kind in (KerasCNNClassifier, KerasGRUClassifier):
        words, X = fitted(kind(), shape, n_classes=2)
        assert np.isfinite(words.predict_proba(X)).all()


@pytest.mark.parametrize(
    ("params", "n_bins"),
    [
        ({"kernel_size": ((3, 5),)}, 3),
        ({"kernel_size": ((3, 2),), "padding": "valid"}, 3),
        ({"kernel_size": ((3, 40),)}, 3),
    ],
)
def test_strides_that_onednn_gets_wrong_are_refused(params, n_bins):
    words = KerasGRUClassifier(4, filters=(4,), strides=((1, n_bins),), **params)
    with pytest.raises(ValueError, match=r"^strides\[0\] is \(1, 3\), which leaves"):
        fitted(words, (9, n_bins), 2)
