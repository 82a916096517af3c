"""Layers that carry their state through a stream, from frame to frame."""

import numpy as np

from ..classifiers._arithmetic import (
    Patches,
    gru_states,
    gru_weights,
    rectify,
    softmax,
)
from ..classifiers._stored import kernel_and_bias, scale_and_shift
from ._buffer import Buffer


class StreamConvolution:
    """A convolution without padding, and a rectifier, over rows as they come.

    Parameters
    ----------
    layer : Layer
        The convolution.
    """

    def __init__(self, layer):
        kernel, self._bias = kernel_and_bias(layer)
        if kernel.ndim == 3:  # over frames alone: bins are channels
            kernel = kernel[:, np.newaxis]
        *self._size, n_channels, n_filters = kernel.shape
        self._matrix = np.ascontiguousarray(kernel.reshape(-1, n_filters))
        self._strides = (*layer.config["strides"], 1)[:2]
        n_bins = layer.input_shape[2] if len(layer.input_shape) == 4 else 1
        self._rows = Buffer((n_bins, n_channels))
        self._layouts = {}  # by number of rows, which takes but a few values

    def __call__(self, rows):
        """Take rows, shape (n, ...); return (n_outputs, n_bins, n_filters)."""
        queue = self._rows
        queue.append(rows.reshape(len(rows), *queue.rows.shape[1:]))
        shape = queue.rows.shape
        if shape not in self._layouts:
            n_outputs = [
                max(0, 1 + (n - length) // stride)
                for n, length, stride in zip(
                    shape, self._size, self._strides, strict=False
                )
            ]
            self._layouts[shape] = (
                n_outputs,
                Patches(shape, n_outputs, self._size, self._strides, (1, 1)),
            )
        n_outputs, patches_of = self._layouts[shape]
        outputs = patches_of(queue.rows) @ self._matrix
        outputs += self._bias
        queue.drop(n_outputs[0] * self._strides[0])
        return rectify(outputs).reshape(*n_outputs, len(self._bias))


class StreamRecurrence:
    """A GRU that runs over several windows at once, each from its own beginning.

    Parameters
    ----------
    layer : Layer
        The GRU.
    scale, shift : ndarray, shape (n_units,)
        What its output is multiplied with, and what is added.
    """

    def __init__(self, layer, scale, shift):
        self._weights = gru_weights(layer.weights)
        self._scale, self._shift = scale, shift
        self._states = np.zeros((1, 0, layer.config["units"]), dtype=np.float32)

    def project(self, rows):
        """Return shape (n_rows, 3, 1, 1, n_units), each row a step for `step`."""
        return self._weights.project(rows)

    def begin(self):
        new = np.zeros((1, 1, self._states.shape[2]), dtype=np.float32)
        self._states = np.concatenate([self._states, new], axis=1)

    def end(self):
        self._states = self._states[:, 1:]

    def step(self, projected):
        """Take one step's projection; return the windows' outputs."""
        (self._states,) = gru_states(projected, self._states, self._weights)
        return self._states[0] * self._scale + self._shift


class StreamHead:
    """Pooling over a window's states as they come, and the words' probabilities."""

    def __init__(self, layers):
        by_name = {layer.name: layer for layer in layers}
        self._score = None
        if "attention_score" in by_name:
            self._score = by_name["attention_score"].weights
        self._kind = next(
            (
                name
                for name in ("attention_pooling", "average_pooling", "max_pooling")
                if name in by_name
            ),
            "framewise" if "framewise" in by_name else "last",
        )
        self._kernel, self._bias = layers[-1].weights
        n_pooled = len(self._bias) if self._kind == "framewise" else len(self._kernel)
        self._n_pooled = n_pooled
        self._sums = np.zeros((0, n_pooled))
        self._weights = np.zeros((0, 1))

    def begin(self):
        start = -np.inf if self._kind == "max_pooling" else 0.0
        new = np.full((1, self._n_pooled), start)
        self._sums = np.concatenate([self._sums, new])
        self._weights = np.concatenate([self._weights, np.zeros((1, 1))])

    def step(self, states):
        if self._kind == "attention_pooling":
            kernel, bias = self._score
            weights = np.exp(states.astype(np.float64) @ kernel + bias)
            self._weights += weights
            self._sums += weights * states
        elif self._kind == "max_pooling":
            np.maximum(self._sums, states, out=self._sums)
        elif self._kind == "last":
            self._sums[:] = states
        elif self._kind == "framewise":
            self._sums += softmax(states @ self._kernel + self._bias)
        else:
            self._sums += states

    def end(self, n_steps):
        """Return the probabilities of the oldest window, shape (n_classes,)."""
        pooled, weight = self._sums[0], self._weights[0]
        self._sums, self._weights = self._sums[1:], self._weights[1:]
        if self._kind == "framewise":
            return (pooled / n_steps).astype(np.float32)
        if self._kind == "average_pooling":
            pooled = pooled / n_steps
        elif self._kind == "attention_pooling":
            pooled = pooled / weight
        return softmax(pooled @ self._kernel + self._bias).astype(np.float32)


def recurrences_of(layers):
    """Return the GRUs, each with a batch normalisation that may follow."""
    recurrences = []
    for i, layer in enumerate(layers):
        if layer.kind != "GRU":
            continue
        scale, shift = np.float32(1), np.float32(0)
        following = next(x for x in layers[i + 1 :] if x.kind != "Dropout")
        if following.kind == "BatchNormalization":
            scale, shift = scale_and_shift(following)
        recurrences.append(StreamRecurrence(layer, scale, shift))
    return recurrences
