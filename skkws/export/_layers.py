"""Keras layers as nodes of a graph.

Each function takes the graph, a `Layer` and the names of what goes in, laid out as in
Keras, and returns the name of what comes out. onnxruntime takes away the pairs of
transpositions between one layer and the next.
"""

from dataclasses import replace

import numpy as np

from ..classifiers._stored import (
    kernel_and_bias,
    pads_of,
    scale_and_shift,
    wrapped,
)
from ._activations import activation


def identity(graph, layer, x):
    """Emit nothing: dropout and the like do nothing in prediction."""
    return x


def reshape(graph, layer, x):
    """Emit a Reshape."""
    return graph("Reshape", x, np.array([0, *layer.config["target_shape"]]))


def flatten(graph, layer, x):
    """Emit a Flatten."""
    return graph("Reshape", x, np.array([0, -1]))


def convolution(graph, layer, x):
    """Emit a Conv1D or Conv2D."""
    config = _channels_last(layer)
    kernel, bias = kernel_and_bias(layer)
    n_axes = kernel.ndim - 2
    # (*sizes, n_in, n_out) -> (n_out, n_in, *sizes)
    kernel = np.moveaxis(kernel, (-1, -2), (0, 1))
    x = graph(
        "Conv",
        _channels_first(graph, x, n_axes),
        graph.weights(kernel, [0]),
        bias,
        strides=list(config["strides"]),
        dilations=list(config["dilation_rate"]),
        group=config["groups"],
        pads=_pads(layer),
    )
    return activation(graph, layer, _back(graph, x, n_axes))


def max_pooling(graph, layer, x):
    """Emit a MaxPooling2D."""
    config = _channels_last(layer)
    x = graph(
        "MaxPool",
        _channels_first(graph, x, 2),
        kernel_shape=list(config["pool_size"]),
        strides=list(config["strides"]),
        pads=_pads(layer),
    )
    return _back(graph, x, 2)


def batch_normalization(graph, layer, x):
    """Emit a BatchNormalization that no convolution has taken in."""
    scale, shift = scale_and_shift(layer)
    return graph("Add", graph("Mul", x, scale), shift)


def dense(graph, layer, x):
    """Emit a Dense."""
    kernel, bias = kernel_and_bias(layer)
    x = graph("Add", graph("MatMul", x, graph.weights(kernel, [1])), bias)
    return activation(graph, layer, x)


def time_distributed(graph, layer, x):
    """Emit a TimeDistributed Dense, which is a Dense."""
    kind, config = wrapped(layer, "layer")
    if kind != "Dense":
        raise _not_known(layer, f"a TimeDistributed {kind}")
    return dense(graph, replace(layer, kind=kind, config=config), x)


def gru(graph, layer, x):
    """Emit a GRU."""
    if layer.config["go_backwards"]:
        raise _not_known(layer, "a GRU that goes backwards alone")
    return _gru(graph, layer, x, [layer.config], "forward")


def bidirectional(graph, layer, x):
    """Emit a Bidirectional GRU."""
    kinds, configs = zip(
        wrapped(layer, "layer"), wrapped(layer, "backward_layer"), strict=True
    )
    if kinds != ("GRU", "GRU") or layer.config.get("merge_mode", "concat") != "concat":
        raise _not_known(layer, "a Bidirectional other than of two GRUs in a row")
    return _gru(graph, layer, x, configs, "bidirectional")


def _gru(graph, layer, x, configs, direction):
    """Emit one or two GRUs; ONNX has the gates in Keras's order: z, r, h."""
    usual = {
        "activation": "tanh",
        "recurrent_activation": "sigmoid",
        "return_sequences": True,
        "reset_after": True,
        "use_bias": True,
    }
    for config in configs:
        for name, value in usual.items():
            if config[name] != value:
                raise _not_known(layer, f"a GRU with {name}={config[name]!r}")
    kernels, recurrent_kernels, biases = (
        np.stack(layer.weights[i::3]) for i in range(3)
    )
    states = graph(
        "GRU",
        graph("Transpose", x, perm=[1, 0, 2]),
        graph.weights(kernels.swapaxes(1, 2), [0, 1]),
        graph.weights(recurrent_kernels.swapaxes(1, 2), [0, 1]),
        biases.reshape(len(biases), -1),
        hidden_size=configs[0]["units"],
        direction=direction,
        linear_before_reset=1,
    )
    # (n_steps, n_directions, n_clips, n_units), the directions side by side
    states = graph("Transpose", states, perm=[2, 0, 1, 3])
    return graph("Reshape", states, np.array([0, 0, -1]))


def softmax(graph, layer, x):
    """Emit a Softmax."""
    return graph("Softmax", x, axis=layer.config["axis"])


def weighted_sum(graph, layer, weight, x):
    """Emit a Dot over the frames."""
    if layer.config["axes"] != 1 or layer.config["normalize"]:
        raise _not_known(layer, "a Dot other than over frames")
    return graph("MatMul", graph("Transpose", weight, perm=[0, 2, 1]), x)


def average_pooling(graph, layer, x):
    """Emit a GlobalAveragePooling1D."""
    return graph("ReduceMean", x, np.array([1]), keepdims=0)


def global_max_pooling(graph, layer, x):
    """Emit a GlobalMaxPooling1D."""
    return graph("ReduceMax", x, np.array([1]), keepdims=0)


def cropping(graph, layer, x):
    """Emit a Cropping1D."""
    first, cut = layer.config["cropping"]
    end = -cut if cut else np.iinfo(np.int64).max
    return graph("Slice", x, np.array([first]), np.array([end]), np.array([1]))


LAYERS = {
    "Activation": activation,
    "BatchNormalization": batch_normalization,
    "Bidirectional": bidirectional,
    "Conv1D": convolution,
    "Conv2D": convolution,
    "Cropping1D": cropping,
    "Dense": dense,
    "Dot": weighted_sum,
    "Dropout": identity,
    "Flatten": flatten,
    "GRU": gru,
    "GlobalAveragePooling1D": average_pooling,
    "GlobalMaxPooling1D": global_max_pooling,
    "Identity": identity,
    "MaxPooling2D": max_pooling,
    "Reshape": reshape,
    "Softmax": softmax,
    "TimeDistributed": time_distributed,
}


def emit_layer(graph, layer, *inputs):
    """Emit a layer of any kind that is known."""
    if layer.kind not in LAYERS:
        raise _not_known(layer, f"a {layer.kind}")
    return LAYERS[layer.kind](graph, layer, *inputs)


def _channels_last(layer):
    if layer.config["data_format"] != "channels_last":
        raise _not_known(layer, "a layer with its channels first")
    return layer.config


def _channels_first(graph, x, n_axes):
    return graph("Transpose", x, perm=[0, n_axes + 1, *range(1, n_axes + 1)])


def _back(graph, x, n_axes):
    return graph("Transpose", x, perm=[0, *range(2, n_axes + 2), 1])


def _pads(layer):
    """Return how far windows reach beyond each axis: all starts, then all ends.

    ONNX has a word for "same", too, but onnxruntime not for strides larger than the
    input.
    """
    starts, ends = zip(*pads_of(layer), strict=True)
    return [*starts, *ends]


def _not_known(layer, what):
    return ValueError(
        f"The layer {layer.name!r} is {what}, which skkws cannot export to ONNX."
    )
