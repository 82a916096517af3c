"""A causal GRU in a stream: the state of every layer is carried from frame to frame.

What a convolution without padding gives in a window, it gives over the whole stream
there, so that it serves all windows. A GRU begins anew with each window, as it did with
each clip in training: the states of all windows under way are the rows of one matrix.
In the end a window's probabilities are those that the classifier gives it alone.
"""

import math

import numpy as np
from scipy.special import expit, softmax

from ..classifiers import KerasGRUClassifier
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
        layers = classifier.model_.layers
        n_steps, stride = n_frames, 1
        for layer in _of_kind(layers, "conv"):
            n_steps = 1 + (n_steps - layer.kernel_size[0]) // layer.strides[0]
            stride *= layer.strides[0]
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
    layers : list of keras.Layer
        The network's.
    n_skipped : int
        Frames before the first that counts.
    first, every : int
        The step at which the first window begins, and from one to the next.
    n_steps : int
        Steps of a window.
    """

    def __init__(self, layers, n_skipped, first, every, n_steps):
        self._frames = Buffer(layers[0].output.shape[2:])
        self._frames.drop(n_skipped)
        self._convolutions = _convolutions(layers)
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
    layer : keras.layers.Conv1D or Conv2D
        The convolution.
    scale, shift : ndarray, shape (n_filters,)
        What each filter's output is multiplied with, and what is added.
    """

    def __init__(self, layer, scale, shift):
        kernel, bias = layer.get_weights()
        if kernel.ndim == 3:  # over frames alone: bins are channels
            kernel = kernel[:, np.newaxis]
        *self._size, n_channels, n_filters = kernel.shape
        self._matrix = (kernel * scale).reshape(-1, n_filters)
        self._bias = bias * scale + shift
        self._stride, self._bin_stride = (*layer.strides, 1)[:2]
        n_bins = layer.input.shape[2] if len(layer.input.shape) == 4 else 1
        self._rows = Buffer((n_bins, n_channels))

    def __call__(self, rows):
        """Take rows, shape (n, ...); return (n_outputs, n_bins, n_filters)."""
        queue = self._rows
        queue.append(rows.reshape(len(rows), *queue.rows.shape[1:]))
        length, height = self._size
        _, n_bins, n_channels = queue.rows.shape
        n_outputs = max(0, 1 + (len(queue) - length) // self._stride)
        n_bins = 1 + (n_bins - height) // self._bin_stride
        per_row, per_bin, per_channel = queue.rows.strides
        patches = np.lib.stride_tricks.as_strided(
            queue.rows,
            (n_outputs, n_bins, length, height, n_channels),
            (
                self._stride * per_row,
                self._bin_stride * per_bin,
                per_row,
                per_bin,
                per_channel,
            ),
            writeable=False,
        )
        outputs = patches.reshape(-1, len(self._matrix)) @ self._matrix + self._bias
        queue.drop(n_outputs * self._stride)
        return np.maximum(outputs, 0).reshape(n_outputs, n_bins, len(self._bias))


class _Recurrence:
    """A GRU that runs over several windows at once, each from its own beginning.

    Parameters
    ----------
    layer : keras.layers.GRU
        The GRU, with the reset after the product.
    scale, shift : ndarray, shape (n_units,)
        What its output is multiplied with, and what is added.
    """

    def __init__(self, layer, scale, shift):
        self._kernel, self._recurrent_kernel, biases = layer.get_weights()
        self._bias, self._recurrent_bias = biases
        self._n_units = layer.units
        self._scale, self._shift = scale, shift
        self._states = np.zeros((0, layer.units), dtype=np.float32)

    def project(self, rows):
        return rows @ self._kernel + self._bias

    def begin(self):
        new = np.zeros((1, self._n_units), dtype=np.float32)
        self._states = np.concatenate([self._states, new])

    def end(self):
        self._states = self._states[1:]

    def step(self, projected):
        n, states = self._n_units, self._states
        recurrent = states @ self._recurrent_kernel + self._recurrent_bias
        gates = expit(projected[..., : 2 * n] + recurrent[:, : 2 * n])
        update, reset = gates[:, :n], gates[:, n:]
        new = np.tanh(projected[..., 2 * n :] + reset * recurrent[:, 2 * n :])
        self._states = states = new + update * (states - new)
        return states * self._scale + self._shift


class _Head:
    """Pooling over a window's states as they come, and the words' probabilities."""

    def __init__(self, layers):
        names = [layer.name for layer in layers]
        self._score = None
        if "attention_score" in names:
            self._score = layers[names.index("attention_score")].get_weights()
        self._kind = next(
            (
                name
                for name in ("attention_pooling", "average_pooling", "max_pooling")
                if name in names
            ),
            "framewise" if "framewise" in names else "last",
        )
        self._kernel, self._bias = layers[-1].get_weights()
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


def _of_kind(layers, kind):
    """Return the layers named kind_1, kind_2 and so on."""
    return [layer for layer in layers if layer.name.rpartition("_")[0] == kind]


def _convolutions(layers):
    return [_Convolution(*one) for one in _with_normalisation(layers, "conv")]


def _recurrences(layers):
    return [_Recurrence(*one) for one in _with_normalisation(layers, "gru")]


def _with_normalisation(layers, kind):
    """Yield (layer, scale, shift) with those of a batch normalisation that follows."""
    for i, layer in enumerate(layers):
        if layer.name.rpartition("_")[0] != kind:
            continue
        scale, shift = np.float32(1), np.float32(0)
        for following in layers[i + 1 :]:
            following_kind = following.name.rpartition("_")[0]
            if following_kind == "batch_normalization":
                gamma, beta, mean, variance = following.get_weights()
                scale = gamma / np.sqrt(variance + following.epsilon)
                shift = beta - mean * scale
            elif following_kind != "dropout":
                break
        yield layer, scale, shift
