"""Published keyword spotters: their shapes in Keras and their training recipes.

What is not said here is as in the publications: front end, batches of 100, optimizer,
learning rates (their steps stretched or squeezed to the epochs given), masks and time
shift of 100 ms. Background noise is left out, as everywhere in these comparisons.
"""

from time import perf_counter

import numpy as np
from sklearn.pipeline import make_pipeline

from skkws import (
    MFCC,
    KerasGRUClassifier,
    LogSpectrogram,
    Normalize,
    SpecAugment,
    TimeShift,
)
from skkws.classifiers._base import KerasClassifier

BATCH = 100
STEPS_AN_EPOCH = -(-6289 // BATCH)
MS = 16  # samples


def _conv_bn(x, layer, activation="relu"):
    import keras

    x = keras.layers.BatchNormalization()(layer(x))
    return keras.layers.Activation(activation)(x) if activation else x


def ds_cnn(input_shape, n_classes, seed):
    """DS-CNN-S: Y. Zhang et al., "Hello Edge", 2017. 10 MFCCs of 40 ms each 20 ms."""
    import keras

    layers = keras.layers
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(input_shape)
    x = layers.Reshape((*input_shape, 1))(inputs)
    convolution = layers.Conv2D(64, (10, 4), (2, 2), padding="same", use_bias=False)
    x = _conv_bn(x, convolution)
    x = layers.Dropout(0.2)(x)
    for _ in range(4):
        x = _conv_bn(x, layers.DepthwiseConv2D(3, padding="same", use_bias=False))
        x = _conv_bn(x, layers.Conv2D(64, 1, use_bias=False))
    x = layers.Dropout(0.4)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, layers.Dense(n_classes)(x))


def mhatt_rnn(input_shape, n_classes, seed):
    """MHAtt-RNN: O. Rybakov et al., Interspeech 2020. 40 MFCCs of 30 ms each 10 ms."""
    import keras

    layers = keras.layers
    keras.utils.set_random_seed(seed)
    inputs = keras.Input(input_shape)
    x = layers.Reshape((*input_shape, 1))(inputs)
    for filters in (10, 1):
        x = layers.Conv2D(filters, (5, 1), padding="same", activation="relu")(x)
        x = layers.BatchNormalization()(x)
    x = layers.Reshape(input_shape)(x)
    for _ in range(2):
        x = layers.Bidirectional(layers.GRU(128, return_sequences=True))(x)
    n_frames, n_units = x.shape[1:]
    crop = layers.Cropping1D((n_frames // 2, n_frames - n_frames // 2 - 1))
    middle = layers.Flatten()(crop(x))
    heads = []
    for _ in range(4):
        score = layers.Dot((1, 2))([layers.Dense(n_units)(middle), x])
        heads.append(layers.Dot((1, 1))([layers.Softmax()(score), x]))
    x = layers.Dropout(0.2)(layers.Concatenate()(heads))
    x = layers.Dense(64, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(n_classes)(x))


def _sub_spectral(x, n_bands=5):
    """Normalise each channel in each of n_bands bands by statistics of its own."""
    import keras

    layers = keras.layers
    n_frames, n_bins, n_channels = x.shape[1:]
    x = layers.Reshape((n_frames, n_bands, n_bins // n_bands, n_channels))(x)
    x = layers.Permute((1, 3, 2, 4))(x)
    x = layers.Reshape((n_frames, n_bins // n_bands, n_bands * n_channels))(x)
    x = layers.BatchNormalization()(x)
    x = layers.Reshape((n_frames, n_bins // n_bands, n_bands, n_channels))(x)
    x = layers.Permute((1, 3, 2, 4))(x)
    return layers.Reshape((n_frames, n_bins, n_channels))(x)


def _broadcasted_residual(x, n_channels, stride, dilation):
    import keras

    layers = keras.layers
    shortcut = x
    transition = x.shape[-1] != n_channels
    if transition:
        x = _conv_bn(x, layers.Conv2D(n_channels, 1, use_bias=False))
    # TensorFlow's depthwise convolutions have one stride for both axes: every second
    # bin is what is left of the convolution with stride 1.
    over_bins = layers.DepthwiseConv2D((1, 3), padding="same", use_bias=False)
    x = over_bins(x)
    if stride == 2:
        x = layers.MaxPooling2D(1, (1, 2))(x)
    in_2d = x = _sub_spectral(x)
    x = layers.AveragePooling2D((1, x.shape[2]))(x)
    over_frames = layers.DepthwiseConv2D(
        (3, 1), padding="same", dilation_rate=(dilation, 1), use_bias=False
    )
    x = _conv_bn(x, over_frames, "silu")
    x = layers.Conv2D(n_channels, 1, use_bias=False)(x)
    x = layers.SpatialDropout2D(0.1)(x)
    x = layers.Add()([x, in_2d] if transition else [x, in_2d, shortcut])
    return layers.Activation("relu")(x)


def bc_resnet_2(input_shape, n_classes, seed):
    """BC-ResNet-2: B. Kim et al., Interspeech 2021. 40 mel bins, 30 ms each 10 ms."""
    import keras

    layers = keras.layers
    keras.utils.set_random_seed(seed)
    base = 16
    inputs = keras.Input(input_shape)
    x = layers.Reshape((*input_shape, 1))(inputs)
    head = layers.Conv2D(2 * base, 5, (1, 2), padding="same", use_bias=False)
    x = _conv_bn(x, head)
    stages = (2, 1, 1), (2, 1.5, 2), (4, 2, 2), (4, 2.5, 1)
    for i, (n_blocks, width, stride) in enumerate(stages):
        for block in range(n_blocks):
            own_stride = stride if block == 0 else 1
            x = _broadcasted_residual(x, int(width * base), own_stride, 2**i)
    x = layers.ZeroPadding2D(((2, 2), (0, 0)))(x)
    x = layers.DepthwiseConv2D((5, 5), use_bias=False)(x)
    x = _conv_bn(x, layers.Conv2D(4 * base, 1, use_bias=False))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(n_classes)(x))


def _in_steps(rates, shares, epochs):
    """Return a schedule that holds each rate for its share of the steps."""
    import keras

    ends = np.cumsum(shares[:-1]) / np.sum(shares) * epochs * STEPS_AN_EPOCH
    return keras.optimizers.schedules.PiecewiseConstantDecay(
        [int(end) for end in ends], list(rates)
    )


class Published(KerasClassifier):
    """A published network, trained by skkws as its publication says."""

    def __init__(self, build, epochs, augment, seed, **training):
        defaults = KerasGRUClassifier(
            epochs=epochs,
            batch_size=BATCH,
            augment=augment,
            label_smoothing=0.0,
            random_state=seed,
            **training,
        ).get_params()
        own = KerasClassifier._parameter_constraints
        super().__init__(**{name: defaults[name] for name in own})
        self.build = build

    def get_params(self, deep=True):
        """Return what it is made of, which are not the arguments above."""
        names = (*KerasClassifier._parameter_constraints, "build")
        return {name: getattr(self, name) for name in names}

    def _network_builder(self):
        return self.build


SHIFT = TimeShift(0.1)


def ds_cnn_words(seed, epochs):
    front_end = LogSpectrogram(win_length=40 * MS, hop_length=20 * MS, n_fft=1024)
    rates = _in_steps((5e-4, 1e-4, 2e-5), (1, 1, 1), epochs)
    classifier = Published(
        ds_cnn, epochs, [SHIFT], seed, optimizer="adam", learning_rate=rates
    )
    return make_pipeline(front_end, MFCC(n_mfcc=10), Normalize("bin"), classifier)


def mhatt_rnn_words(seed, epochs):
    front_end = LogSpectrogram(win_length=30 * MS, n_mels=80, fmax=7600)
    rates = _in_steps((1e-3, 5e-4, 2e-4, 1e-4), (2, 2, 1, 1), epochs)
    masks = SpecAugment(2, 25 / 98, 2, 7 / 40)
    classifier = Published(
        mhatt_rnn, epochs, [SHIFT, masks], seed, optimizer="adam", learning_rate=rates
    )
    return make_pipeline(front_end, MFCC(n_mfcc=40), Normalize("bin"), classifier)


def bc_resnet_2_words(seed, epochs):
    import keras

    front_end = LogSpectrogram(win_length=30 * MS)
    rates = keras.optimizers.schedules.CosineDecay(
        0.0,
        max(1, (epochs - min(5, epochs / 10)) * STEPS_AN_EPOCH),
        warmup_target=0.1,
        warmup_steps=int(min(5, epochs / 10) * STEPS_AN_EPOCH),
    )
    optimizer = keras.optimizers.SGD(rates, momentum=0.9, weight_decay=1e-3)
    masks = SpecAugment(2, 20 / 98, 2, 3 / 40)
    classifier = Published(
        bc_resnet_2, epochs, [SHIFT, masks], seed, optimizer=optimizer
    )
    return make_pipeline(front_end, Normalize("bin"), classifier)


def epochs_in(seconds, make, seed, X, y):
    """Return how many epochs fit into a time, compilation and front end included."""
    spent = []
    for epochs in (1, 1, 3):  # to compile; without; two epochs more
        start = perf_counter()
        make(seed, epochs).fit(X, y)
        spent.append(perf_counter() - start)
    epoch = (spent[2] - spent[1]) / 2
    return max(1, int((seconds - spent[0] + epoch) / epoch))
