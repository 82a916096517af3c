"""Keras networks from spectrograms to one logit a word.

Every layer has a name and a seed of its own, so that a network depends on nothing
but the arguments here.
"""

import json

import numpy as np

from .._parameters import check_count
from ._backend import import_keras

keras = import_keras()

CHANNELS = "channels_last"  # whatever the user's global setting


class SeededLayers:
    """Keras layers with Keras's own initialisers, each seeded and named in turn."""

    def __init__(self, seed):
        self._random = np.random.RandomState(seed)
        self._count = {}

    def seed(self):
        return int(self._random.randint(2**31 - 1))

    def name(self, kind):
        self._count[kind] = self._count.get(kind, 0) + 1
        return f"{kind}_{self._count[kind]}"

    def _glorot(self):
        return keras.initializers.GlorotUniform(self.seed())

    def convolution(self, n_axes, filters, kernel_size, strides, padding):
        conv = {1: keras.layers.Conv1D, 2: keras.layers.Conv2D}[n_axes]
        return conv(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=CHANNELS,
            kernel_initializer=self._glorot(),
            name=self.name("conv"),
        )

    def batch_normalization(self):
        # Keras's momentum of .99 needs hundreds of steps before the statistics used
        # in prediction have settled; a fit on few clips has a few dozen.
        name = self.name("batch_normalization")
        return keras.layers.BatchNormalization(momentum=0.9, name=name)

    def activation(self, activation):
        return keras.layers.Activation(activation, name=self.name(activation))

    def dropout(self, rate):
        if not rate:
            return lambda x: x
        name = self.name("dropout")
        return keras.layers.Dropout(rate, seed=self.seed(), name=name)

    def dense(self, units, activation=None, name=None):
        return keras.layers.Dense(
            units,
            activation=activation,
            kernel_initializer=self._glorot(),
            name=name or self.name("dense"),
        )

    def gru(self, units, bidirectional):
        name = self.name("gru")
        forward = self._gru(units, f"{name}_forward" if bidirectional else name)
        if not bidirectional:
            return forward
        # An explicit backward layer, as the one that Bidirectional derives would
        # copy the seeds and start with the weights of the forward one.
        backward = self._gru(units, f"{name}_backward", go_backwards=True)
        return keras.layers.Bidirectional(forward, backward_layer=backward, name=name)

    def _gru(self, units, name, **kwargs):
        return keras.layers.GRU(
            units,
            return_sequences=True,
            kernel_initializer=self._glorot(),
            recurrent_initializer=keras.initializers.Orthogonal(seed=self.seed()),
            seed=self.seed(),
            name=name,
            **kwargs,
        )


def build_cnn(
    input_shape,
    n_classes,
    seed,
    *,
    filters,
    kernel_size,
    strides,
    padding,
    batch_norm,
    pool_size,
    conv_dropout,
    pooling,
    dense_units,
    dropout,
):
    """Build convolutions over frames and bins, pooled into one vector a clip.

    The arguments are those of `KerasCNNClassifier`; `input_shape` is
    (n_frames, n_bins).
    """
    layer = SeededLayers(seed)
    x = inputs = keras.Input(input_shape, name="spectrogram")
    x = keras.layers.Reshape((*input_shape, 1), name="channel")(x)
    filters = check_counts("filters", filters, "channels")
    dense_units = check_counts("dense_units", dense_units, "units")
    n_blocks = len(filters)
    for i in range(n_blocks):
        x = convolved(
            x, layer, i, 2, filters, kernel_size, strides, padding, batch_norm
        )
        pool = per_block(pool_size, i, n_blocks, "pool_size", 2)
        if pool != 1:
            check_fit(x, pool, padding, "pool_size")
            x = keras.layers.MaxPooling2D(
                pool,
                padding=padding,
                data_format=CHANNELS,
                name=layer.name("max_pooling"),
            )(x)
    x = layer.dropout(conv_dropout)(x)
    if pooling == "flatten":
        x = keras.layers.Flatten(CHANNELS, name="flatten")(x)
    else:
        average = keras.layers.GlobalAveragePooling2D(CHANNELS, name="average_pooling")
        x = average(x)
    for units in dense_units:
        x = layer.dense(units, "relu")(x)
    x = layer.dropout(dropout)(x)
    logits = layer.dense(n_classes, name="logits")(x)
    return keras.Model(inputs, logits, name="cnn")


def build_gru(
    input_shape,
    n_classes,
    seed,
    *,
    conv_axes,
    filters,
    kernel_size,
    strides,
    batch_norm,
    padding,
    conv_dropout,
    units,
    bidirectional,
    recurrent_batch_norm,
    dropout,
    pooling,
    output_activation,
):
    """Build strided convolutions, recurrent layers and pooling over time.

    The arguments are those of `KerasGRUClassifier`; `input_shape` is
    (n_frames, n_bins).
    """
    layer = SeededLayers(seed)
    units = units if isinstance(units, list | tuple) else (units,)
    if not units:
        raise ValueError("units is empty, but must have at least one GRU's.")
    units = check_counts("units", units, "units")
    x = inputs = keras.Input(input_shape, name="spectrogram")
    filters = check_counts("filters", filters, "channels")
    n_blocks = len(filters)
    if n_blocks and conv_axes == 2:
        x = keras.layers.Reshape((*input_shape, 1), name="channel")(x)
    for i in range(n_blocks):
        x = convolved(
            x, layer, i, conv_axes, filters, kernel_size, strides, padding, batch_norm
        )
        x = layer.dropout(conv_dropout)(x)
    if n_blocks and conv_axes == 2:
        n_frames, n_bins, n_channels = x.shape[1:]
        x = keras.layers.Reshape((n_frames, n_bins * n_channels), name="frames")(x)
    for n_units in units:
        x = layer.gru(n_units, bidirectional)(x)
        x = layer.dropout(dropout)(x)
        if recurrent_batch_norm:
            x = layer.batch_normalization()(x)
    if pooling is None:
        x = layer.dropout(dropout)(x)
        framewise = layer.dense(n_classes, output_activation, name="logits")
        logits = keras.layers.TimeDistributed(framewise, name="framewise")(x)
    else:
        x = pool_over_time(layer, x, pooling)
        logits = layer.dense(n_classes, output_activation, name="logits")(x)
    return keras.Model(inputs, logits, name="gru")


def check_counts(name, values, unit):
    """Return a sequence of positive whole numbers as a tuple of int."""
    return tuple(
        check_count(f"{name}[{i}]", value, unit) for i, value in enumerate(values)
    )


def convolved(x, layer, i, n_axes, filters, kernel_size, strides, padding, batch_norm):
    """Apply block i of the convolutions: filters, normalisation, rectifier."""
    n_blocks = len(filters)
    stride = per_block(strides, i, n_blocks, "strides", n_axes)
    size = per_block(kernel_size, i, n_blocks, "kernel_size", n_axes)
    check_fit(x, size, padding, "kernel_size")
    x = layer.convolution(n_axes, filters[i], size, stride, padding)(x)
    if batch_norm:
        x = layer.batch_normalization()(x)
    return layer.activation("relu")(x)


def pool_over_time(layer, x, pooling):
    """Pool the frames x, shape (n_clips, n_frames, n_units), into one vector a clip."""
    if x.shape[1] == 1:  # nothing to pool
        return keras.layers.Flatten(CHANNELS, name="pooled")(x)
    if pooling == "attention":
        # One learned score a frame; the softmax of the scores weighs the frames.
        score = layer.dense(1, name="attention_score")(x)
        weight = keras.layers.Softmax(axis=1, name="attention")(score)
        pooled = keras.layers.Dot(axes=1, name="attention_pooling")([weight, x])
        return keras.layers.Flatten(CHANNELS, name="pooled")(pooled)
    if pooling == "average":
        return keras.layers.GlobalAveragePooling1D(CHANNELS, name="average_pooling")(x)
    if pooling == "max":
        return keras.layers.GlobalMaxPooling1D(CHANNELS, name="max_pooling")(x)
    last = keras.layers.Cropping1D((x.shape[1] - 1, 0), name="last_frame")(x)
    return keras.layers.Flatten(CHANNELS, name="pooled")(last)


def per_block(value, i, n_blocks, name, n_axes):
    """Return block i's share of a parameter that is one value or one a block."""
    if isinstance(value, list | tuple):
        if len(value) != n_blocks:
            raise ValueError(
                f"{name} has {len(value)} entries, but filters has {n_blocks}: give "
                "one value, or one for each block."
            )
        name, value = f"{name}[{i}]", value[i]
    if not isinstance(value, list | tuple):
        return check_count(name, value, "frames (or bins)")
    if len(value) != n_axes:
        raise ValueError(
            f"{name} is {value!r}, but must have one entry for each of the {n_axes} "
            "axes of the convolution, or be a number."
        )
    return check_counts(name, value, "frames or bins")


def check_fit(x, size, padding, name):
    """Refuse, with padding="valid", a window larger than what x has left."""
    axes = x.shape[1:-1]
    sizes = size if isinstance(size, tuple) else (size,) * len(axes)
    if padding == "valid" and any(s > n for s, n in zip(sizes, axes, strict=False)):
        raise ValueError(
            f"{name} is {size}, but {' x '.join(map(str, axes))} values are all that "
            'is left there: make it smaller, use fewer filters or padding="same".'
        )


def architecture_of(network):
    """Describe a network, all but its random seeds, as a JSON string."""
    return json.dumps(_without_seeds(network.get_config()), sort_keys=True)


def network_from(architecture):
    """Build the network that a string from `architecture_of` describes."""
    return keras.Model.from_config(json.loads(architecture))


def _without_seeds(config):
    if isinstance(config, dict):
        return {
            key: 0 if key == "seed" and value is not None else _without_seeds(value)
            for key, value in config.items()
        }
    if isinstance(config, list | tuple):
        return [_without_seeds(value) for value in config]
    return config
