"""Words in a stream of samples, chunk by chunk."""

import numpy as np

from ._detections import Detection, Refractory
from ._peaks import PeakPicker, Smoother
from ._recordings import check_chunk


class Stream:
    """Listen to a stream: what `KeywordSpotter.stream` returns.

    Detections are those that `KeywordSpotter.detect` finds in the whole, however long
    the chunks are, if those that `close` returns are taken, too. A chunk that cannot be
    used is refused, and changes nothing. After Ctrl-C, or where memory does not
    suffice, a stream is closed: it may have lost a part, and would report wrong times.

    In a ``with`` statement, a stream takes no more when the block is left. Call `close`
    at the end of the block: what it would have returned is lost afterwards.

    Parameters
    ----------
    listener : Listener
        Turns samples at the classifier's rate into candidates.
    resample : Resampler
        Turns chunks into samples at the classifier's rate.
    sr : int
        Rate of the chunks in Hz.
    thresholds : dict
        Lowest score of each word that counts.
    refractory : float
        Seconds after a detection in which there is no other.

    See Also
    --------
    KeywordSpotter.stream : Makes a stream.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skkws.spotting import KeywordSpotter
    >>> X = np.abs(np.random.default_rng(0).normal(size=(20, 100)))
    >>> X[10:] /= 9
    >>> y = np.repeat(["loud", "quiet"], 10)
    >>> spotter = KeywordSpotter(LogisticRegression(), sr=100).fit(X, y)
    >>> recording = X[5:15].ravel()
    >>> detections = []
    >>> with spotter.stream() as stream:
    ...     for chunk in np.array_split(recording, 7):
    ...         detections += stream.push(chunk)
    ...     detections += stream.close()
    >>> detections == spotter.detect(recording)
    True
    """

    def __init__(self, listener, resample, sr, thresholds, refractory):
        self._listener = listener
        self._resample = resample
        self._sr = sr
        self._passes = Refractory(thresholds, refractory)
        self._heard = []  # and not returned yet
        self._closed = False

    def push(self, chunk, sr=None):
        """Hear more.

        Parameters
        ----------
        chunk : array-like, shape (n_samples,) or (n_samples, n_channels)
            What follows the samples before: any number of them, also none.
        sr : int, default=None
            Their rate in Hz, where it should be checked.

        Returns
        -------
        list of Detection
            The words that are certain by now and were not before.

        Raises
        ------
        ValueError
            If the chunk holds NaN or infinity, or its shape, type or rate is another
            than expected, or the stream is closed. The stream can go on. What the
            classifier raises about a window is raised, too; the samples up to the
            window's end are then heard, and words found are returned by what is
            called next.
        """
        if self._closed:
            raise ValueError("The stream is closed: begin another one.")
        if sr is not None and sr != self._sr:
            raise ValueError(
                f"The chunk has the rate {sr} Hz, but the stream was begun with "
                f"sr={self._sr}."
            )
        return self._take(check_chunk("The chunk", chunk))

    def _take(self, samples):
        """Hear samples that have been checked."""
        try:
            return self._hear(self._listener.push(self._resample(samples)))
        except (KeyboardInterrupt, MemoryError):  # a part may be half heard
            self._closed = True
            raise

    def close(self):
        """Return the words that were still waiting for what follows.

        It is as if silence followed, until the last window is complete.

        Returns
        -------
        list of Detection
            The last words. The stream then takes no more. If the classifier refuses a
            window, that is raised, and closing again returns them.
        """
        if self._closed:
            return self._hear(())  # what an error has kept back
        self._closed = True
        rest = self._resample(np.empty(0, np.float32), last=True)
        return self._hear(self._listener.close(rest))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._closed = True

    def _hear(self, windows):
        for _, found in windows:
            if found and self._passes(found):
                self._heard.append(found)
        heard, self._heard = self._heard, []
        return heard


class Listener:
    """Candidates for detections in a stream at the classifier's rate.

    Parameters
    ----------
    posteriors : WindowPosteriors or FramePosteriors
        Turns samples into probabilities of all classes, window by window.
    words : dict of int to object
        The words to spot: columns of the probabilities, and their names.
    timing : Timing
        What is known about windows.
    """

    def __init__(self, posteriors, words, timing):
        self._posteriors = posteriors
        self._columns = np.array(list(words))
        self._words = list(words.values())
        self._timing = timing
        self._smooth = Smoother(timing.n_averaged)
        self._pick = PeakPicker(timing.patience)
        self._n_samples = self._n_windows = 0

    def push(self, samples):
        """Take samples; yield (scores, Detection or None) of each complete window.

        A Detection is of a window some time before.
        """
        self._n_samples += len(samples)
        try:
            for probabilities in self._posteriors.push(samples):
                yield self._scored(probabilities[self._columns])
        except Exception:
            # A window that the classifier refuses is one in which nothing is said, and
            # is counted: those that follow keep their times.
            yield self._scored(np.zeros(len(self._words)))
            raise

    def _scored(self, probabilities):
        self._n_windows += 1
        scores = self._smooth(probabilities)
        return scores, self._detection(self._pick.push(scores))

    def close(self, rest):
        """Yield the same of the last samples, and then of silence: scores may be None.

        What the classifier raises comes after the peaks that are left.
        """
        n_samples = self._n_samples + len(rest)
        if not n_samples:
            return
        silence = np.zeros(self._timing.samples_missing(n_samples), np.float32)
        refused, last = None, np.concatenate([rest, silence])
        n_windows = self._timing.windows_in(n_samples + len(silence))
        while self._n_windows < n_windows:
            try:
                yield from self.push(last)
                break
            except Exception as error:
                refused = error if refused is None else refused
                last = last[:0]  # it is in the queue
        for peak in self._pick.close():
            yield None, self._detection(peak)
        if refused is not None:
            raise refused

    def _detection(self, peak):
        if peak is None:
            return None
        start = self._timing.start(peak.window)
        end = start + self._timing.window
        return Detection(self._words[peak.word], start, end, peak.score)
