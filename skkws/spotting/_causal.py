"""A causal GRU in a stream: the state of every layer is carried from frame to frame.

What a convolution without padding gives in a window, it gives over the whole stream
there, so that it serves all windows. A GRU begins anew with each window, as it did with
each clip in training: the states of all windows under way are the rows of one matrix.
In the end a window's probabilities are those that the classifier gives it alone.
"""

import math

import numpy as np
from scipy.special import softmax

from ..classifiers import KerasGRUClassifier
from ..classifiers._arithmetic import gru_step, patches_of
from ..classifiers._stored import (
    CONVOLUTIONS,
    kernel_and_bias,
    network_layers,
    scale_and_shift,
)
from ..features import Normalize
from ..features._moments import center_and_scale
from ._buffer import Buffer


def is_causal(classifier):
    """Tell whether a classifier is a fitted GRU whose state can be carried."""
    return (
        type(classifier) is KerasGRUClassifier
        and not classifier.bidirectional
        and (classifier.padding == "valid" or not classifier.filters)
        and classifier.output_activation is None
    )


def is_framewise(step):
    """Tell whether a transformer treats every frame alike, whatever is around it."""
    return step in (None, "passthrough") or (
        type(step) is Normalize and step.axis != "clip"
    )


def transform_frames(step, frames):
    """Transform frames, shape (n, n_bins), by a transformer that `is_framewise`."""
    if step in (None, "passthrough"):
        return frames
    center, scale = center_and_scale(step.mean_, step.var_)
    return ((frames - center) / scale).astype(np.float32)


class CausalNetwork:
    """Probabilities of a stream's windows by a causal GRU.

    Parameters
    ----------
    classifier : KerasGRUClassifier
        Fitted, and `is_causal`.
    n_frames, hop : int
        Length of a window, and from one to the next, in frames.
    """

    def __init__(self, classifier, n_frames, hop):
        state = classifier._state
        layers = network_layers(state["architecture"], state["weights"])
        n_steps, stride = n_frames, 1
        for layer in layers:
            if layer.kind in CONVOLUTIONS:
                length, step = (
                    layer.config["kernel_size"][0],
                    layer.config["strides"][0],
                )
                n_steps = 1 + (n_steps - length) // step
                stride *= step
        # Windows whose first frames differ by a multiple of the convolutions' stride
        # share one chain of layers.
        n_chains = stride // math.gcd(stride, hop)
        self._chains = [
            _Chain(
                layers,
                n_skipped=i * hop % stride,
                first=i * hop // stride,
                every=n_chains * hop // stride,
                n_steps=n_steps,
            )
            for i in range(n_chains)
        ]

    def push(self, frames):
        """Take frames, shape (n, n_bins); yield probabilities, shape (n_classes,)."""
        for chain in self._chains:
            yield from chain.push(frames)


class _Chain:
    """One way from frames to probabilities, for windows a fixed number of steps apart.

    Parameters
    ----------
    layers : list of Layer
        The network's.
    n_skipped : int
        Frames before the first that counts.
    first, every : int
        The step at which the first window begins, and from one to the next.
    n_steps : int
        Steps of a window.
    """

    def __init__(self, layers, n_skipped, first, every, n_steps):
        self._frames = Buffer(layers[1].input_shape[2:])
        self._frames.drop(n_skipped)
        self._convolutions = [_Convolution(x) for x in layers if x.kind in CONVOLUTIONS]
        self._recurrences = _recurrences(layers)
        self._head = _Head(layers)
        self._until_next, self._every = first, every
        self._n_steps = n_steps
        self._ages = []  # steps of the windows under way, the oldest first

    def push(self, frames):
        self._frames.append(frames)
        rows = self._frames.rows.copy()
        self._frames.drop(len(rows))
        for convolution in self._convolutions:
            rows = convolution(rows)
        steps = rows.reshape(len(rows), math.prod(rows.shape[1:]))
        for projected in self._recurrences[0].project(steps):
            yield from self._step(projected)

    def _step(self, projected):
        if self._until_next == 0:
            self._until_next = self._every
            self._ages.append(0)
            for part in (*self._recurrences, self._head):
                part.begin()
        self._until_next -= 1
        if not self._ages:
            return
        states = self._recurrences[0].step(projected)
        for recurrence in self._recurrences[1:]:
            states = recurrence.step(recurrence.project(states))
        self._head.step(states)
        self._ages = [age + 1 for age in self._ages]
        if self._ages[0] == self._n_steps:
            self._ages.pop(0)
            for recurrence in self._recurrences:
                recurrence.end()
            yield self._head.end(self._n_steps)


class _Convolution:
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

    def __call__(self, rows):
        """Take rows, shape (n, ...); return (n_outputs, n_bins, n_filters)."""
        queue = self._rows
        queue.append(rows.reshape(len(rows), *queue.rows.shape[1:]))
        n_outputs = [
            max(0, 1 + (n - length) // stride)
            for n, length, stride in zip(
                queue.rows.shape, self._size, self._strides, strict=False
            )
        ]
        patches = patches_of(queue.rows, n_outputs, self._size, self._strides, (1, 1))
        outputs = patches @ self._matrix + self._bias
        queue.drop(n_outputs[0] * self._strides[0])
        return np.maximum(outputs, 0).reshape(*n_outputs, len(self._bias))


class _Recurrence:
    """A GRU that runs over several windows at once, each from its own beginning.

    Parameters
    ----------
    layer : Layer
        The GRU.
    scale, shift : ndarray, shape (n_units,)
        What its output is multiplied with, and what is added.
    """

    def __init__(self, layer, scale, shift):
        self._kernel, self._recurrent_kernel, biases = layer.weights
        self._bias, self._recurrent_bias = biases
        self._scale, self._shift = scale, shift
        self._states = np.zeros((0, layer.config["units"]), dtype=np.float32)

    def project(self, rows):
        return rows @ self._kernel + self._bias

    def begin(self):
        new = np.zeros((1, self._states.shape[1]), dtype=np.float32)
        self._states = np.concatenate([self._states, new])

    def end(self):
        self._states = self._states[1:]

    def step(self, projected):
        self._states = gru_step(
            projected, self._states, self._recurrent_kernel, self._recurrent_bias
        )
        return self._states * self._scale + self._shift


class _Head:
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
            self._sums += softmax(states @ self._kernel + self._bias, axis=-1)
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


def _recurrences(layers):
    """Return the GRUs, each with a batch normalisation that may follow."""
    recurrences = []
    for i, layer in enumerate(layers):
        if layer.kind != "GRU":
            continue
        scale, shift = np.float32(1), np.float32(0)
        following = next(x for x in layers[i + 1 :] if x.kind != "Dropout")
        if following.kind == "BatchNormalization":
            scale, shift = scale_and_shift(following)
        recurrences.append(_Recurrence(layer, scale, shift))
    return recurrences
