"""Keras's activations as nodes of a graph."""

import numpy as np

# Keras's name -> operator of ONNX and its attributes, with Keras's constants.
OPERATORS = {
    "celu": ("Celu", {}),
    "elu": ("Elu", {}),
    "exponential": ("Exp", {}),
    "hard_shrink": ("Shrink", {"lambd": 0.5, "bias": 0.0}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hard_silu": ("HardSwish", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.2}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
    "relu": ("Relu", {}),
    "selu": ("Selu", {}),
    "sigmoid": ("Sigmoid", {}),
    "soft_shrink": ("Shrink", {"lambd": 0.5, "bias": 0.5}),
    "softmax": ("Softmax", {"axis": -1}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "tanh": ("Tanh", {}),
}


def _clip(low, high):
    return lambda graph, x: graph("Clip", x, np.float32(low), np.float32(high))


def _silu(graph, x):
    return graph("Mul", x, graph("Sigmoid", x))


def _gelu(graph, x):
    half = graph("Mul", x, np.float32(0.5))
    erf = graph("Erf", graph("Mul", x, np.float32(0.5**0.5)))
    return graph("Mul", half, graph("Add", erf, np.float32(1)))


def _log_sigmoid(graph, x):
    return graph("Neg", graph("Softplus", graph("Neg", x)))


def _mish(graph, x):
    return graph("Mul", x, graph("Tanh", graph("Softplus", x)))


def _tanh_shrink(graph, x):
    return graph("Sub", x, graph("Tanh", x))


COMPOSED = {
    "gelu": _gelu,
    "hard_tanh": _clip(-1, 1),
    "linear": lambda graph, x: x,
    "log_sigmoid": _log_sigmoid,
    "mish": _mish,
    "relu6": _clip(0, 6),
    "silu": _silu,
    "tanh_shrink": _tanh_shrink,
}


def activation(graph, layer, x):
    """Emit the activation of a layer's configuration."""
    name = layer.config["activation"]
    if name in COMPOSED:
        return COMPOSED[name](graph, x)
    if name in OPERATORS:
        operator, attributes = OPERATORS[name]
        return graph(operator, x, **attributes)
    known = ", ".join(sorted([*OPERATORS, *COMPOSED]))
    raise ValueError(
        f"The layer {layer.name!r} has the activation {name!r}, which skkws cannot "
        f"export to ONNX; it can {known}."
    )
