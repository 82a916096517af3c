"""A causal GRU in a stream: the state of every layer is carried from frame to frame.

What a convolution without padding gives in a window, it gives over the whole stream
there, so that it serves all windows. A GRU begins anew with each window, as it did with
each clip in training: the states of all windows under way are the rows of one matrix.
In the end a window's probabilities are those that the classifier gives it alone.
"""

import math
from collections import deque

import numpy as np

from ..classifiers import KerasGRUClassifier
from ..classifiers._stored import CONVOLUTIONS, network_layers, wrapped
from ..features import Normalize
from ..features._moments import center_and_scale
from ._causal_layers import StreamConvolution, StreamHead, recurrences_of


def is_causal(classifier):
    """Tell whether a classifier is a fitted GRU whose state can be carried.

    Its network tells: the parameters may be others by now.
    """
    if type(classifier) is not KerasGRUClassifier:
        return False
    state = classifier._state
    layers = network_layers(state["architecture"], state["weights"])
    head = layers[-1]
    config = wrapped(head, "layer")[1] if "layer" in head.config else head.config
    paddings = {x.config["padding"] for x in layers if x.kind in CONVOLUTIONS}
    return (
        all(layer.kind != "Bidirectional" for layer in layers)
        and paddings <= {"valid"}
        and config["activation"] == "linear"
    )


def is_framewise(step):
    """Tell whether a transformer treats every frame alike, whatever is around it."""
    return type(step) is Normalize and step.axis != "clip"


def frame_transforms(steps):
    """Return functions of frames, shape (n, n_bins), for steps that are framewise."""

    def normalized(center, scale):
        return lambda frames: ((frames - center) / scale).astype(np.float32)

    return [normalized(*center_and_scale(step.mean_, step.var_)) for step in steps]


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
        convolutions = [layer for layer in layers if layer.kind in CONVOLUTIONS]
        n_steps, strides = n_frames, [1]
        for layer in convolutions:
            length, step = layer.config["kernel_size"][0], layer.config["strides"][0]
            n_steps = 1 + (n_steps - length) // step
            strides.append(strides[-1] * step)
        # Convolutions serve all windows as long as each begins with one of their steps.
        n_shared = max(i for i, stride in enumerate(strides) if hop % stride == 0)
        self._shared = [StreamConvolution(layer) for layer in convolutions[:n_shared]]
        stride = strides[-1]
        # Windows whose first frames differ by a multiple of the convolutions' stride
        # share one chain of the layers that are left.
        n_chains = stride // math.gcd(stride, hop)
        self._chains = [
            _Chain(
                layers,
                convolutions[n_shared:],
                n_skipped=i * hop % stride // strides[n_shared],
                first=i * hop // stride,
                every=n_chains * hop // stride,
                n_steps=n_steps,
            )
            for i in range(n_chains)
        ]
        # The last frames of a window may be too few for another step: what is known
        # before they have come waits for them.
        self._n_missing, self._hop = n_frames, hop
        self._known = deque()

    def push(self, frames):
        """Take frames, shape (n, n_bins); yield probabilities, shape (n_classes,)."""
        self._n_missing -= len(frames)
        for convolution in self._shared:
            frames = convolution(frames)
        for chain in self._chains:
            self._known.extend(chain.push(frames))
        while self._known and self._n_missing <= 0:
            self._n_missing += self._hop
            yield self._known.popleft()


class _Chain:
    """One way from frames to probabilities, for windows a fixed number of steps apart.

    Parameters
    ----------
    layers : list of Layer
        The network's.
    convolutions : list of Layer
        Those that are not shared with other chains.
    n_skipped : int
        Rows before the first that counts.
    first, every : int
        The step at which the first window begins, and from one to the next.
    n_steps : int
        Steps of a window.
    """

    def __init__(self, layers, convolutions, n_skipped, first, every, n_steps):
        self._convolutions = [StreamConvolution(layer) for layer in convolutions]
        self._recurrences = recurrences_of(layers)
        self._head = StreamHead(layers)
        self._n_to_skip = n_skipped
        self._until_next, self._every = first, every
        self._n_steps = n_steps
        self._ages = []  # steps of the windows under way, the oldest first

    def push(self, rows):
        n_skipped = min(self._n_to_skip, len(rows))
        self._n_to_skip -= n_skipped
        rows = rows[n_skipped:]
        for convolution in self._convolutions:
            rows = convolution(rows)
        steps = rows.reshape(len(rows), math.prod(rows.shape[1:]))
        projected = self._recurrences[0].project(steps)
        for step in range(len(steps)):
            yield from self._step(projected[step : step + 1])

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
            # What was a step of one window each is now one step of all.
            projected = recurrence.project(states).swapaxes(0, 3)
            states = recurrence.step(projected)
        self._head.step(states)
        self._ages = [age + 1 for age in self._ages]
        if self._ages[0] == self._n_steps:
            self._ages.pop(0)
            for recurrence in self._recurrences:
                recurrence.end()
            yield self._head.end(self._n_steps)
