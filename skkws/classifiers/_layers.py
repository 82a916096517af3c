"""Keras layers, each with a name and a seed of its own, and blocks of them.

A network of these depends on nothing but the arguments here.
"""

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

    def convolution(self, n_axes, filters, kernel_size, strides, padding, dilation):
        conv = {1: keras.layers.Conv1D, 2: keras.layers.Conv2D}[n_axes]
        return conv(
            filters,
            kernel_size,
            strides=strides,
            padding=padding,
            data_format=CHANNELS,
            dilation_rate=dilation,
            kernel_initializer=self._glorot(),
            name=self.name("conv"),
        )

    def batch_normalization(self):
        # Keras's momentum of .99 needs hundreds of steps before the statistics used
        # in prediction have settled; a fit on few clips has a few dozen.
        name = self.name("batch_normalization")
        return keras.layers.BatchNormalization(momentum=0.9, name=name)

    def max_pooling(self, pool_size, padding):
        return keras.layers.MaxPooling2D(
            pool_size,
            padding=padding,
            data_format=CHANNELS,
            name=self.name("max_pooling"),
        )

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


def check_counts(name, values, unit):
    """Return a sequence of positive whole numbers as a tuple of int."""
    return tuple(
        check_count(f"{name}[{i}]", value, unit) for i, value in enumerate(values)
    )


def check_activation(name, activation):
    """Refuse what is no activation of Keras's; None is one."""
    if not _is_activation(activation):
        known = sorted(filter(_is_activation, vars(keras.activations)))
        raise ValueError(
            f"{name} is {activation!r}, but must be None or one of the names "
            f"{', '.join(known)}."
        )


def _is_activation(name):
    """Tell whether a name is that of a function of each number, or of all."""
    x = keras.ops.zeros((1, 2))
    try:
        return keras.activations.get(name)(x).shape == x.shape
    except (TypeError, ValueError):
        return False


def convolved(
    x,
    layer,
    filters,
    kernel_size,
    *,
    strides=1,
    padding,
    batch_norm,
    dilation_rate=1,
    pool_size=1,
    dropout=0.0,
    prefix="",
):
    """Apply blocks of filters, normalisation, rectifier, max-pooling and dropout.

    Every parameter but `padding`, `batch_norm` and `dropout` is one value, or one a
    block; `prefix` is what its name begins with for the user.
    """
    n_axes = len(x.shape) - 2
    filters = check_counts(f"{prefix}filters", filters, "channels")

    def of_block(i, name, value):
        return per_block(prefix + name, value, i, prefix + "filters", filters, n_axes)

    for i, n_channels in enumerate(filters):
        size = of_block(i, "kernel_size", kernel_size)
        check_fit(x, size, padding, f"{prefix}kernel_size")
        dilation = of_block(i, "dilation_rate", dilation_rate)
        steps = of_block(i, "strides", strides)
        steps = steps if isinstance(steps, tuple) else (steps,) * n_axes
        # Along an axis of length one every stride is the same, and oneDNN, which
        # TensorFlow and PyTorch use, wrong but for 1.
        steps = tuple(
            step if n > 1 else 1 for step, n in zip(steps, x.shape[1:-1], strict=True)
        )
        convolution = layer.convolution(
            n_axes, n_channels, size, steps, padding, dilation
        )
        _refuse_wrong_on_onednn(x, convolution, f"{prefix}strides[{i}]")
        x = convolution(x)
        if batch_norm:
            x = layer.batch_normalization()(x)
        x = layer.activation("relu")(x)
        pool = of_block(i, "pool_size", pool_size)
        if pool != 1:
            check_fit(x, pool, padding, "pool_size")
            x = layer.max_pooling(pool, padding)(x)
        x = layer.dropout(dropout)(x)
    return x


def _refuse_wrong_on_onednn(x, convolution, name):
    """Refuse convolutions over frames and bins that oneDNN computes wrongly.

    It may where one channel comes in and one bin comes out, but several frames, by a
    stride over bins alone (that of TensorFlow 2.21 and of PyTorch 2.13).
    """
    if len(convolution.strides) == 1 or x.shape[-1] > 1:
        return
    over_frames, over_bins = convolution.strides
    _, n_frames, n_bins, _ = convolution.compute_output_shape(x.shape)
    if n_bins == 1 < n_frames and over_frames == 1 < over_bins:
        raise ValueError(
            f"{name} is {tuple(convolution.strides)}, which leaves one bin of "
            f"{x.shape[2]}: of one channel TensorFlow and PyTorch may compute that "
            "wrongly. Give a smaller stride over bins (1 for a kernel as wide as they "
            "are, with padding='valid'), or a larger one over frames."
        )


def with_channel(x):
    """Give x, shape (n_clips, n_frames, n_bins), an axis of one channel."""
    return keras.layers.Reshape((*x.shape[1:], 1), name="channel")(x)


def frames_of(x):
    """Join bins and channels of x, shape (n_clips, n_frames, n_bins, n_channels)."""
    n_frames, n_bins, n_channels = x.shape[1:]
    return keras.layers.Reshape((n_frames, n_bins * n_channels), name="frames")(x)


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


def per_block(name, value, i, name_of_filters, filters, n_axes):
    """Return block i's share of a parameter that is one value or one a block."""
    if isinstance(value, list | tuple):
        if len(value) != len(filters):
            raise ValueError(
                f"{name} has {len(value)} entries, but {name_of_filters} has "
                f"{len(filters)}: give one value, or one for each block."
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
