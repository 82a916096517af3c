"""A fitted network for one clip at a time, in NumPy.

For one clip, what a Keras backend spends on calling its kernels is several times what
they compute. Here are the layers of the networks that skkws builds; without Keras, a
network that was loaded from a file also answers at once.
"""

import math
from dataclasses import replace

import numpy as np
from scipy.special import expit

from ._arithmetic import Patches, gru_states, gru_weights, rectify, softmax
from ._stored import (
    kernel_and_bias,
    network_layers,
    pads_of,
    scale_and_shift,
    spans_of,
    wrapped,
)


def network_for_one_clip(architecture, weights):
    """Return a function from a spectrogram to logits.

    Parameters
    ----------
    architecture : str
        JSON of a Keras model.
    weights : list of ndarray
        Its weights, in the order of ``get_weights``.

    Returns
    -------
    callable or None
        Takes an ndarray of shape (n_frames, n_bins), float32; returns one of shape
        (n_classes,) or (n_steps, n_classes). None if there is a layer in the network
        that is not known here.
    """
    layers = network_layers(architecture, weights)
    steps, stands_for = [], {}  # what changes nothing is its input by another name
    try:
        for layer in layers[1:]:
            inputs = [stands_for.get(name, name) for name in layer.inputs]
            if layer.kind in UNCHANGING:
                (stands_for[layer.name],) = inputs
            else:
                steps.append((layer.name, LAYERS[layer.kind](layer), inputs))
    except KeyError:
        return None
    first, last = layers[0].name, layers[-1].name
    last = stands_for.get(last, last)

    def run(x):
        outputs = {first: x}
        for name, step, inputs in steps:
            outputs[name] = step(*[outputs[source] for source in inputs])
        return outputs[last]

    return run


def _reshape(layer):
    shape = layer.config["target_shape"]
    return lambda x: x.reshape(shape)


def _flatten(layer):
    return lambda x: x.reshape(-1)


def _activation(config):
    return {
        "linear": lambda x: x,
        "relu": rectify,
        "sigmoid": expit,
        "tanh": np.tanh,
    }[config["activation"]]


def _activation_layer(layer):
    return _activation(layer.config)


def _convolution(layer):
    """Gather what each filter sees into rows of one matrix, and multiply once."""
    config = layer.config
    kernel, bias = kernel_and_bias(layer)
    activate = _activation(config)
    if config["data_format"] != "channels_last" or config["groups"] != 1:
        raise KeyError(layer.name)
    *size, n_channels, n_filters = kernel.shape
    dilation, strides = config["dilation_rate"], config["strides"]
    axes = layer.input_shape[1:-1]
    spans, pads = spans_of(layer), pads_of(layer)
    outputs = [
        1 + (n + sum(pad) - span) // stride
        for n, pad, span, stride in zip(axes, pads, spans, strides, strict=True)
    ]
    matrix = np.ascontiguousarray(kernel.reshape(-1, n_filters))
    # Rows of all but the first axis: NumPy adds a few long rows sooner than many short.
    bias = np.tile(bias, math.prod(outputs[1:]))
    padded = (*(n + sum(pad) for n, pad in zip(axes, pads, strict=True)), n_channels)
    inside = tuple(slice(a, a + n) for n, (a, _) in zip(axes, pads, strict=True))
    is_padded = any(map(any, pads))
    patches_of = Patches(padded, outputs, size, strides, dilation)
    rows, shape = (outputs[0], len(bias)), (*outputs, n_filters)

    def convolve(x):
        if is_padded:
            x_padded = np.zeros(padded, dtype=np.float32)
            x_padded[inside] = x
        else:
            x_padded = np.ascontiguousarray(x)
        y = (patches_of(x_padded) @ matrix).reshape(rows)
        y += bias
        return activate(y.reshape(shape))

    return convolve


def _max_pooling(layer):
    config = layer.config
    if config["data_format"] != "channels_last":
        raise KeyError(layer.name)
    size, strides = config["pool_size"], config["strides"]
    pads = pads_of(layer)

    def pool(x):
        x = np.pad(x, (*pads, (0, 0)), constant_values=-np.inf)
        windows = np.lib.stride_tricks.sliding_window_view(x, size, axis=(0, 1))
        return windows[:: strides[0], :: strides[1]].max(axis=(3, 4))

    return pool


def _batch_normalization(layer):
    scale, shift = scale_and_shift(layer)
    return lambda x: x * scale + shift


def _dense(layer):
    kernel, bias = kernel_and_bias(layer)
    activate = _activation(layer.config)
    return lambda x: activate(x @ kernel + bias)


def _time_distributed(layer):
    kind, config = wrapped(layer, "layer")
    if kind != "Dense":
        raise KeyError(layer.name)
    return _dense(replace(layer, kind=kind, config=config))


def _gru(layer):
    return _recurrence(layer, [layer.config])


def _bidirectional(layer):
    parts = [wrapped(layer, role) for role in ("layer", "backward_layer")]
    if [kind for kind, _ in parts] != ["GRU", "GRU"]:
        raise KeyError(layer.name)
    return _recurrence(layer, [config for _, config in parts])


def _recurrence(layer, configs):
    """Run all directions in one loop, over the states side by side."""
    for config in configs:
        if config["activation"] != "tanh" or not config["reset_after"]:
            raise KeyError(layer.name)
    n_units, n_directions = configs[0]["units"], len(configs)
    weights = gru_weights(layer.weights)
    start = np.zeros((n_directions, 1, n_units), dtype=np.float32)

    def run(x):
        projected = weights.project(x)
        if n_directions == 2:
            projected[:, :, 1] = projected[::-1, :, 1].copy()
        states = gru_states(projected, start, weights)
        if n_directions == 2:
            states[:, 1] = states[::-1, 1].copy()
        return states.reshape(len(x), n_directions * n_units)

    return run


def _softmax(layer):
    axis = layer.config["axis"] - 1  # there is no axis of clips
    return lambda x: softmax(x, axis=axis)


def _weighted_sum(layer):
    return lambda weight, x: weight.T @ x


def _average_pooling(layer):
    return lambda x: x.mean(axis=0)


def _global_max_pooling(layer):
    return lambda x: x.max(axis=0)


def _cropping(layer):
    first, cut = layer.config["cropping"]
    return lambda x: x[first : len(x) - cut]


UNCHANGING = "Dropout", "Identity"

LAYERS = {
    "Activation": _activation_layer,
    "BatchNormalization": _batch_normalization,
    "Bidirectional": _bidirectional,
    "Conv1D": _convolution,
    "Conv2D": _convolution,
    "Cropping1D": _cropping,
    "Dense": _dense,
    "Dot": _weighted_sum,
    "Flatten": _flatten,
    "GRU": _gru,
    "GlobalAveragePooling1D": _average_pooling,
    "GlobalMaxPooling1D": _global_max_pooling,
    "MaxPooling2D": _max_pooling,
    "Reshape": _reshape,
    "Softmax": _softmax,
    "TimeDistributed": _time_distributed,
}
