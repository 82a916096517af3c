"""The fitted network of a classifier as a list of layers, read without Keras.

An estimator keeps its network as the JSON and the arrays that Keras gives: what is
needed of them is plain data, the same on every backend.
"""

import json
from collections import Counter
from dataclasses import dataclass, replace

import numpy as np

CONVOLUTIONS = "Conv1D", "Conv2D"


@dataclass(frozen=True)
class Layer:
    """A layer of a network."""

    kind: str  # Keras's name of the class
    name: str
    config: dict
    inputs: tuple  # names of the layers whose output comes in
    input_shape: tuple  # of the first of them; clips are None
    weights: tuple  # arrays


def network_layers(architecture, weights):
    """Read a network's layers, in an order in which they can run.

    Parameters
    ----------
    architecture : str
        JSON of a Keras model.
    weights : list of ndarray
        Its weights, in the order of ``get_weights``.

    Returns
    -------
    list of Layer
        The first takes the network's input, the last gives its output. Batch
        normalisations that follow a convolution are part of it.
    """
    rest = list(weights)
    layers = []
    for entry in json.loads(architecture)["layers"]:
        kind, config = entry["class_name"], entry["config"]
        n_weights = _count_weights(kind, config)
        own, rest = rest[:n_weights], rest[n_weights:]
        sources = list(_tensors(entry["inbound_nodes"]))
        inputs = tuple(source["keras_history"][0] for source in sources)
        shape = tuple(sources[0]["shape"]) if sources else ()
        layers.append(Layer(kind, entry["name"], config, inputs, shape, tuple(own)))
    return folded(layers)


def folded(layers):
    """Make batch normalisations that follow a linear convolution part of it."""
    uses = Counter(name for layer in layers for name in layer.inputs)
    by_name = {layer.name: layer for layer in layers}
    for layer in layers:
        source = by_name.get(layer.inputs[0]) if layer.inputs else None
        if (
            layer.kind == "BatchNormalization"
            and source.kind in CONVOLUTIONS
            and source.config["activation"] == "linear"
            and uses[source.name] == 1
        ):
            scale, shift = scale_and_shift(layer)
            kernel, bias = kernel_and_bias(source)
            weights = kernel * scale, bias * scale + shift
            config = {**source.config, "use_bias": True}
            by_name[source.name] = replace(source, weights=weights, config=config)
            by_name[layer.name] = replace(layer, kind="Identity", weights=())
    return list(by_name.values())


def scale_and_shift(layer):
    """Return what a batch normalisation multiplies with, and then adds, in float32."""
    weights, config = list(layer.weights), layer.config
    gamma = weights.pop(0) if config["scale"] else np.float32(1)
    beta = weights.pop(0) if config["center"] else np.float32(0)
    mean, variance = (array.astype(np.float64) for array in weights)
    scale = gamma / np.sqrt(variance + config["epsilon"])
    return scale.astype(np.float32), (beta - mean * scale).astype(np.float32)


def kernel_and_bias(layer):
    """Return the weights of a convolution or dense layer."""
    if layer.config["use_bias"]:
        return layer.weights
    kernel = layer.weights[0]
    return kernel, np.zeros(kernel.shape[-1], kernel.dtype)


def spans_of(layer):
    """Return the entries of each axis from a window's first to its last."""
    if "pool_size" in layer.config:
        return list(layer.config["pool_size"])
    sizes, steps = layer.config["kernel_size"], layer.config["dilation_rate"]
    return [step * (size - 1) + 1 for size, step in zip(sizes, steps, strict=True)]


def pads_of(layer):
    """Return how far windows over a layer's input reach beyond it.

    Parameters
    ----------
    layer : Layer
        A convolution or pooling, with channels last.

    Returns
    -------
    list of (int, int)
        Entries missing at the start and the end of each axis. With "same", what cannot
        be shared equally goes to the end, as in Keras.
    """
    axes, strides = layer.input_shape[1:-1], layer.config["strides"]
    pads = []
    for n, span, stride in zip(axes, spans_of(layer), strides, strict=True):
        missing = 0
        if layer.config["padding"] == "same":
            missing = max(0, (-(-n // stride) - 1) * stride + span - n)
        pads.append((missing // 2, missing - missing // 2))
    return pads


def wrapped(layer, role):
    """Return kind and configuration of a layer within a layer."""
    inner = layer.config[role]
    return inner["class_name"], inner["config"]


def _count_weights(kind, config):
    """Count the arrays that a layer has in ``get_weights``."""
    if kind in (*CONVOLUTIONS, "Dense"):
        return 1 + config["use_bias"]
    if kind == "GRU":
        return 2 + config["use_bias"]
    if kind == "BatchNormalization":
        return 2 + config["scale"] + config["center"]
    inner = [config[role] for role in ("layer", "backward_layer") if role in config]
    return sum(_count_weights(i["class_name"], i["config"]) for i in inner)


def _tensors(node):
    """Yield the configurations of the tensors that a layer takes in."""
    if isinstance(node, dict):
        if node.get("class_name") == "__keras_tensor__":
            yield node["config"]
            return
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from _tensors(part)
