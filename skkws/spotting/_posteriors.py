"""A classifier of clips as a listener: log-probabilities of each window of a stream."""

import numpy as np
from sklearn.pipeline import Pipeline

from ..audio import LoadAudio
from ..features import LogSpectrogram
from ..features._front_end import front_end_of
from ._buffer import Buffer


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
        self._n_skipped = 0

    def push(self, samples):
        """Take samples, ndarray of shape (n,), float32; yield probabilities.

        Yields
        ------
        ndarray, shape (n_classes,)
            Probabilities of each window that is now complete.
        """
        queue = self._samples
        queue.append(samples)
        self._skip()
        while len(queue) >= self._window:
            # One window a call, always: sums over more would round otherwise, and
            # detections would depend on the length of the chunks.
            yield self._estimator.predict_proba(queue.rows[np.newaxis, : self._window])[
                0
            ]
            self._n_skipped = self._hop
            self._skip()

    def _skip(self):
        """Drop samples between windows; a hop may be longer than a window."""
        n_samples = min(self._n_skipped, len(self._samples))
        self._samples.drop(n_samples)
        self._n_skipped -= n_samples


class FramePosteriors:
    """Posteriors of a stream's windows whose spectrogram is computed once.

    Parameters
    ----------
    front_end : LogSpectrogram
        Turns samples into frames.
    classifier : classifier
        Fitted; takes spectrograms of the shape (1, n_frames, n_bins).
    window, hop : int
        Length of a window, and from one to the next, in samples. The hop is a
        multiple of the front end's.
    """

    def __init__(self, front_end, classifier, window, hop):
        front_end = front_end_of(front_end)
        self._front_end = front_end
        self._classifier = classifier
        self._n_frames = 1 + (window - front_end.n_fft) // front_end.hop_length
        self._frames_a_hop = hop // front_end.hop_length
        self._samples = Buffer()
        self._frames = Buffer((front_end.n_bins,))
        # Frames are always computed in the same blocks, whose ends are those of the
        # windows: other blocks would round otherwise.
        self._next_block = self._n_frames % self._frames_a_hop or self._frames_a_hop

    def push(self, samples):
        """Take samples, ndarray of shape (n,), float32; yield probabilities.

        Yields
        ------
        ndarray, shape (n_classes,)
            Probabilities of each window that is now complete.
        """
        self._samples.append(samples)
        while self._compute_block():
            if len(self._frames) >= self._n_frames:
                window = self._frames.rows[np.newaxis, : self._n_frames]
                yield self._classifier.predict_proba(window)[0]
                self._frames.drop(self._frames_a_hop)

    def _compute_block(self):
        n_frames, hop_length = self._next_block, self._front_end.hop_length
        needed = (n_frames - 1) * hop_length + self._front_end.n_fft
        if len(self._samples) < needed:
            return False
        block = np.empty((1, n_frames, self._front_end.n_bins), dtype=np.float32)
        self._front_end.fill(self._samples.rows[np.newaxis, :needed], block)
        self._frames.append(block[0])
        self._samples.drop(n_frames * hop_length)
        self._next_block = self._frames_a_hop
        return True


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
    if isinstance(estimator, Pipeline) and len(estimator) > 1:
        front_end = estimator[0]
        if _is_framewise(front_end, window, hop):
            return FramePosteriors(front_end, estimator[1:], window, hop)
    return WindowPosteriors(estimator, window, hop)


def _is_framewise(front_end, window, hop):
    """Tell whether the windows' frames are those of one long spectrogram."""
    if type(front_end) is not LogSpectrogram or front_end.center or front_end.top_db:
        return False
    plan = front_end_of(front_end)
    return window >= plan.n_fft and hop % plan.hop_length == 0 and hop < window


def without_loading(estimator):
    """Split a leading `LoadAudio` off; return it, or None, and what takes waveforms."""
    is_pipeline = isinstance(estimator, Pipeline) and len(estimator) > 1
    if is_pipeline and isinstance(estimator[0], LoadAudio):
        return estimator[0], estimator[1:]
    return None, estimator
