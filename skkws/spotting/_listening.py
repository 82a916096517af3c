"""What a fitted spotter does with recordings: hears words, and tunes thresholds."""

import math

import numpy as np

from .._files import is_path
from .._parameters import check_real
from .._progress import progress_bar
from ._matching import TOLERANCE
from ._posteriors import posteriors_of
from ._recordings import (
    Resampler,
    blocks_of,
    name_of,
    seconds_of,
    warn_of_low_rate,
)
from ._rows import truth_of
from ._settings import (
    check_words,
    classifier_of,
    fitted_attribute,
    rate_of,
    refractory_of,
    thresholds_of,
    timing_of,
    words_of,
)
from ._steps import listening_part
from ._stream import Listener, Stream
from ._tuning import tuned_thresholds


class Listening:
    """Mixin of an estimator with a spotter's settings, which `_settings` reads."""

    def detect(self, recording, sr=None, *, as_frame=False):
        """Find the words in a recording.

        Parameters
        ----------
        recording : str, path-like or array-like of shape (n_samples,)
            A sound file of any length and rate, which is read block by block, or
            samples; several channels, shape (n_samples, n_channels), are averaged.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier. A file tells
            its own.
        as_frame : bool, default=False
            Whether to return a pandas DataFrame.

        Returns
        -------
        list of Detection, or DataFrame
            ``(word, start, end, score)`` in the order of time, in seconds.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError, ValueError
            If the recording cannot be read, has no samples, or holds NaN or infinity.

        Warns
        -----
        UserWarning
            If the recording's rate is too low for the highest frequencies that the
            classifier hears.
        """
        timing = timing_of(self)
        stream, detections = None, []
        for block, rate in self._blocks(recording, rate_of(timing, sr)):
            stream = stream or self._stream(timing, rate, name_of(recording))
            detections += stream._take(block)
        detections += stream.close()
        return _as_table(detections) if as_frame else detections

    def stream(self, sr=None):
        """Begin to listen to a live stream.

        Parameters
        ----------
        sr : int, default=None
            Rate of the stream in Hz; None means that of the classifier.

        Returns
        -------
        Stream
            ``push(chunk)`` returns the words that are new, ``close()`` the last ones.

        Warns
        -----
        UserWarning
            If the rate is too low for the highest frequencies that the classifier
            hears.

        Examples
        --------
        >>> import numpy as np
        >>> from sklearn.linear_model import LogisticRegression
        >>> from skkws.spotting import KeywordSpotter
        >>> X = np.random.default_rng(0).normal(size=(20, 100))
        >>> y = np.repeat(["loud", "quiet"], 10)
        >>> X[10:] /= 9
        >>> spotter = KeywordSpotter(LogisticRegression(), sr=100).fit(abs(X), y)
        >>> with spotter.stream() as stream:
        ...     for second in range(3):
        ...         detections = stream.push(abs(X[second]))
        ...     last_ones = stream.close()
        """
        timing = timing_of(self)
        return self._stream(timing, rate_of(timing, sr), "The stream")

    def candidates(self, recording, sr=None):
        """Find all peaks of the words' scores, whatever thresholds there are.

        Parameters
        ----------
        recording : str, path-like or array-like of shape (n_samples,)
            As in `detect`.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier.

        Returns
        -------
        list of Detection
            What `detect` chooses from: in the order of time, without thresholds and
            `refractory`.
        """
        return self._candidates(recording, sr)

    def scores(self, recording, sr=None):
        """Compute the words' scores in every window.

        Parameters
        ----------
        recording : str, path-like or array-like of shape (n_samples,)
            As in `detect`.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier.

        Returns
        -------
        times : ndarray, shape (n_windows,)
            Middle of each window in seconds; of those averaged, the middle one's.
        scores : ndarray, shape (n_windows, n_words)
            Averaged probabilities in the order of `words_`.
        """
        times, scores, _ = self._listen(recording, sr)
        return times, scores

    def seconds(self, recording, sr=None):
        """Return the length of a recording.

        Parameters
        ----------
        recording : str, path-like or array-like of shape (n_samples,)
            As in `detect`.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier.

        Returns
        -------
        float
            Seconds.
        """
        return seconds_of(recording, rate_of(timing_of(self), sr))

    def tune(self, recordings, truth, false_alarms_per_hour=1.0, sr=None):
        """Choose a threshold for each word, for a wanted rate of false alarms.

        Parameters
        ----------
        recordings : list of str, path-like or array-like
            Recordings, as in `detect`; better none that the classifier has learnt from.
        truth : list of list of (word, start, end), or of DataFrame
            The words of each recording, with their times in seconds.
        false_alarms_per_hour : float, default=1.0
            About how many false alarms an hour all words may have together. As a
            threshold lies between a word's own and one for all, there may be a few
            more or fewer, even in these recordings. A word counts as heard where the
            middle of a window is within a quarter of its length, at least .25 s.
        sr : int, default=None
            Rate of samples in Hz; None means that of the classifier.

        Returns
        -------
        KeywordSpotter
            This spotter, with `thresholds_`. Few false alarms say little about single
            words: a word's threshold then is close to one for all words.

        Raises
        ------
        ValueError
            If there is no truth for a recording, or a word is none of the spotter's.
        FileNotFoundError, IsADirectoryError, PermissionError, ValueError
            If a recording cannot be read. The thresholds stay as they were, always.
        TypeError
            If `recordings` is a single path, or one of the two is no list.
        """
        expected = "a number of false alarms from 0 on"
        check_real("false_alarms_per_hour", false_alarms_per_hour, expected, least=0)
        if is_path(recordings):
            raise TypeError(
                f"recordings is the single path {recordings}, but must be a list."
            )
        for name, value in (("recordings", recordings), ("truth", truth)):
            if not hasattr(value, "__len__"):
                raise TypeError(f"{name} is {value!r}, but must be a list.")
        if len(recordings) != len(truth):
            raise ValueError(
                f"recordings has {len(recordings)} entries, but truth has "
                f"{len(truth)}: give each recording a list of (word, start, end)."
            )
        if not len(recordings):
            raise ValueError("recordings is empty, but must have at least one.")
        words = words_of(self)
        truth = [truth_of(f"truth[{i}]", said) for i, said in enumerate(truth)]
        for i, said in enumerate(truth):
            check_words(f"truth[{i}]", [word for word, *_ in said], words)
        named = [(one, f"recordings[{i}]") for i, one in enumerate(recordings)]
        # First, so that what is absent, or no samples, is found before hours are heard.
        rate = rate_of(timing_of(self), sr)
        seconds = sum(seconds_of(one, rate, name) for one, name in named)
        candidates = [self._candidates(one, sr, name) for one, name in named]
        self.thresholds_ = tuned_thresholds(
            words,
            candidates,
            truth,
            math.floor(false_alarms_per_hour * seconds / 3600 + 1e-6),
            refractory_of(self),
            tolerance=max(TOLERANCE, timing_of(self).window / 4),
        )
        return self

    @fitted_attribute
    def words_(self):
        """The classes to spot, list."""
        return words_of(self)

    @fitted_attribute
    def delay_(self):
        """Seconds of audio from the end of a detection until a stream reports it."""
        return timing_of(self).delay

    def _listener(self, timing):
        _, classifier = listening_part(classifier_of(self))
        words = words_of(self)
        columns = {i: w for i, w in enumerate(self.classes_.tolist()) if w in words}
        return Listener(
            posteriors_of(classifier, timing.n_samples, timing.hop_samples),
            columns,
            timing,
        )

    def _stream(self, timing, sr, name):
        return Stream(
            self._listener(timing),
            self._resampler(timing, sr, name),
            sr,
            thresholds_of(self),
            refractory_of(self),
        )

    def _resampler(self, timing, sr, name):
        _, classifier = listening_part(classifier_of(self))
        warn_of_low_rate(classifier, name, sr, timing.sr)
        return Resampler(sr, timing.sr)

    def _candidates(self, recording, sr, name="The recording"):
        windows = self._windows(recording, sr, name)
        return [found for _, found in windows if found]

    def _blocks(self, recording, sr, name="The recording"):
        """Yield the recording's blocks and their rate, with a progress bar."""
        blocks = blocks_of(recording, sr, name)
        if not self.verbose:
            for block, rate, _ in blocks:
                yield block, rate
            return
        with progress_bar(desc="Listening", unit=" s of audio") as bar:
            for block, rate, n_blocks in blocks:
                bar.total = n_blocks
                yield block, rate
                bar.update()

    def _listen(self, recording, sr):
        """Return times, scores and candidates of a recording, which is heard once."""
        rows, candidates = [], []
        for row, found in self._windows(recording, sr):
            if row is not None:
                rows.append(row)
            if found:
                candidates.append(found)
        timing = timing_of(self)
        times = [timing.start(i) + timing.window / 2 for i in range(len(rows))]
        scores = np.reshape(rows, (len(rows), len(words_of(self))))
        return np.array(times), scores, candidates

    def _windows(self, recording, sr, name="The recording"):
        """Yield (scores or None, Detection or None) of a recording's windows."""
        timing = timing_of(self)
        listener, resample = self._listener(timing), None
        for block, rate in self._blocks(recording, rate_of(timing, sr), name):
            if resample is None:
                resample = self._resampler(timing, rate, name_of(recording, name))
            yield from listener.push(resample(block))
        yield from listener.close(resample(np.empty(0, np.float32), last=True))


def _as_table(detections):
    import pandas as pd

    from ._detections import Detection

    table = pd.DataFrame(detections, columns=Detection._fields)
    return table.astype(dict.fromkeys(["start", "end", "score"], float))
