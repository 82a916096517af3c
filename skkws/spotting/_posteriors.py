"""A classifier of clips as a listener: probabilities of the windows of a stream."""

import numpy as np
from sklearn.pipeline import Pipeline

from ..classifiers import KerasCNNClassifier, KerasGRUClassifier
from ..features import MFCC, PCEN, LogSpectrogram, Normalize, Resize
from ..features._front_end import front_end_of
from ..features._stft import count_frames
from ._buffer import Buffer
from ._causal import CausalNetwork, frame_transforms, is_causal, is_framewise
from ._steps import NOTHING

# What can do without the checks of its input, by `_transform` and `_log_proba`.
_TRANSFORMERS = (MFCC, Normalize, PCEN, Resize)
_CLASSIFIERS = (KerasCNNClassifier, KerasGRUClassifier)


class WindowPosteriors:
    """Posteriors of a stream's windows, by an estimator of waveforms.

    Parameters
    ----------
    estimator : classifier
        Fitted; takes waveforms of the shape (1, n_samples).
    window, hop : int
        Length of a window, and from one to the next, in samples.
    """

    def __init__(self, estimator, window, hop):
        self._estimator = estimator
        self._window = window
        self._hop = hop
        self._samples = Buffer()

    def push(self, samples):
        """Take samples, ndarray of shape (n,), float32; yield probabilities.

        Yields
        ------
        ndarray, shape (n_classes,)
            Probabilities of each window that is now complete.
        """
        queue = self._samples
        queue.append(samples)
        while len(queue) >= self._window:
            # One window a call, always: sums over more would round otherwise, and
            # detections would depend on the length of the chunks.
            # A copy: steps may work in place, and windows share samples.
            window = queue.rows[np.newaxis, : self._window].copy()
            queue.drop(self._hop)  # now: a window that is refused is not met again
            yield self._estimator.predict_proba(window)[0]


class FramePosteriors:
    """Posteriors of a stream's windows, every frame of which is computed once.

    Parameters
    ----------
    front_end : LogSpectrogram
        Turns samples into frames.
    listen : callable
        Takes frames, ndarray of shape (n, n_bins), a hop's at a time; returns an
        iterator over the probabilities of the windows that end with them.
    window, hop : int
        Length of a window, and from one to the next, in samples. The hop is a
        multiple of the front end's.
    """

    def __init__(self, front_end, listen, window, hop):
        self._front_end = front_end = front_end_of(front_end)
        self._listen = listen
        self._frames_a_hop = hop // front_end.hop_length
        self._samples = Buffer()
        # Frames are always computed in the same blocks, whose ends are those of the
        # windows: other blocks would round otherwise.
        n_frames = _count_frames(front_end, window)
        self._next_block = n_frames % self._frames_a_hop or self._frames_a_hop

    def push(self, samples):
        """Take samples, ndarray of shape (n,), float32; yield probabilities.

        Yields
        ------
        ndarray, shape (n_classes,)
            Probabilities of each window that is now complete.
        """
        queue, front_end = self._samples, self._front_end
        queue.append(samples)
        while True:
            n_frames = self._next_block
            needed = (n_frames - 1) * front_end.hop_length + front_end.n_fft
            if len(queue) < needed:
                return
            block = np.empty((1, n_frames, front_end.n_bins), dtype=np.float32)
            front_end.fill(queue.rows[np.newaxis, :needed], block)
            queue.drop(n_frames * front_end.hop_length)
            self._next_block = self._frames_a_hop
            yield from self._listen(block[0])


class WindowNetwork:
    """Probabilities of a stream's windows by a classifier of spectrograms.

    Parameters
    ----------
    classifier : Pipeline
        Fitted; takes spectrograms of the shape (1, n_frames, n_bins).
    n_frames, hop, n_bins : int
        Length of a window, from one to the next, and length of a frame.
    """

    def __init__(self, classifier, n_frames, hop, n_bins):
        self._proba = _unchecked(classifier, (1, n_frames, n_bins))
        self._n_frames = n_frames
        self._hop = hop
        self._frames = Buffer((n_bins,))

    def push(self, frames):
        """Take frames, shape (n, n_bins); yield probabilities, shape (n_classes,)."""
        self._frames.append(frames)
        while len(self._frames) >= self._n_frames:
            window = self._frames.rows[np.newaxis, : self._n_frames]
            self._frames.drop(self._hop)
            yield self._proba(window)[0]


def _unchecked(classifier, shape):
    """Return a Pipeline's `predict_proba`, of steps of ours without checks of input.

    These take a quarter of the time; of input that is always of this shape and finite,
    they need to be made but once.
    """
    *transformers, network = _steps_of(classifier)
    if type(network) not in _CLASSIFIERS or any(
        type(step) not in _TRANSFORMERS for step in transformers
    ):
        # Copies: other steps may work in place, and windows share frames.
        return lambda frames: classifier.predict_proba(frames.copy())
    classifier.predict_proba(np.zeros(shape, np.float32))

    def predict_proba(frames):
        for step in transformers:
            frames = step._transform(frames)
        return np.exp(network._log_proba(frames))

    return predict_proba


def posteriors_of(estimator, window, hop):
    """Return what turns a stream's samples into probabilities at the least cost.

    Parameters
    ----------
    estimator : classifier
        Fitted; takes waveforms.
    window, hop : int
        Length of a window, and from one to the next, in samples.

    Returns
    -------
    WindowPosteriors or FramePosteriors
        For one stream.
    """
    if not _begins_with_frames(estimator, window, hop):
        return WindowPosteriors(estimator, window, hop)
    front_end = front_end_of(estimator[0])
    n_frames = _count_frames(front_end, window)
    frames_a_hop = hop // front_end.hop_length
    *steps, classifier = _steps_of(estimator[1:])
    if all(map(is_framewise, steps)) and is_causal(classifier):
        # What steps check of their input, and of themselves, once for all windows.
        shape = 1, n_frames, front_end.n_bins
        estimator[1:].predict_proba(np.zeros(shape, np.float32))
        transforms = frame_transforms(steps)
        network = CausalNetwork(classifier, n_frames, frames_a_hop)

        def listen(frames):
            for transform in transforms:
                frames = transform(frames)
            return network.push(frames)

    else:
        rest = estimator[1:]
        listen = WindowNetwork(rest, n_frames, frames_a_hop, front_end.n_bins).push
    return FramePosteriors(estimator[0], listen, window, hop)


def _steps_of(pipeline):
    """Return the steps of a Pipeline that do something."""
    return [step for step in pipeline if step not in NOTHING]


def _begins_with_frames(estimator, window, hop):
    """Tell whether the windows' frames are those of one long spectrogram."""
    if not isinstance(estimator, Pipeline) or len(estimator) < 2:
        return False
    first = estimator[0]
    if type(first) is not LogSpectrogram or first.center or first.top_db is not None:
        return False
    front_end = front_end_of(first)
    return window >= front_end.n_fft and hop % front_end.hop_length == 0


def _count_frames(front_end, window):
    return count_frames(window, front_end.n_fft, front_end.hop_length, center=False)
