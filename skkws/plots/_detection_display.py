"""What a spotter hears in a recording."""

import numpy as np

from .._parameters import check_count, check_real
from ..spotting._detections import over_thresholds
from ..spotting._rows import detections_of, truth_of
from ..spotting._settings import refractory_of, thresholds_of
from ._estimators import spotter_of
from ._label_rows import ROW, LabelRows
from ._recording_axes import draw_recording, two_axes_or_new
from ._stretch import stretch_of
from ._style import colour, dashes, legend_beside, legend_label, line_style, marker


class DetectionDisplay:
    """A recording, the scores of words in it, what was heard and what was said.

    Above is the recording's spectrogram. Below are the words' scores, a mark at the
    score of each detection with its word in a row above, and the truth, if it is given.

    Use `from_estimator` or `from_predictions`; all they take is kept as attributes.

    Parameters
    ----------
    samples : ndarray, shape (n_samples,)
        What is shown of the recording.
    sr : int
        Its rate in Hz.
    times : ndarray, shape (n_windows,)
        Middle of each window in seconds.
    scores : ndarray, shape (n_windows, n_words)
        Probability of each word in each window.
    words : list, length n_words
        The words to spot.
    detections : list of Detection
        What was heard: ``(word, start, end, score)``, in seconds.
    truth : list of (word, start, end), default=None
        What was said, in seconds.
    start : float, default=0.0
        When the samples begin, in seconds. What lies before them, or after their end,
        is not shown.

    Attributes
    ----------
    lines_ : list of matplotlib.lines.Line2D
        The score of each word.
    marks_ : list of matplotlib.lines.Line2D
        One for each detection that is shown, in the middle of its window.
    detection_labels_, truth_labels_ : list of matplotlib.text.Text
        The words in rows. What would not fit into six rows has no label.
    axes_ : ndarray, shape (2,), of matplotlib.axes.Axes
        Where the spectrogram and the scores are drawn.
    figure_ : matplotlib.figure.Figure
        The figure around them.

    See Also
    --------
    DetectionErrorDisplay : Misses against false alarms.
    skkws.spotting.write_labels : Detections for Audacity.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.plots import DetectionDisplay
    >>> from skkws.spotting import Detection
    >>> noise = np.random.default_rng(0).normal(0, 0.1, size=3 * 16000)
    >>> times = [0.5, 1.0, 1.5, 2.0, 2.5]
    >>> scores = [[0.1, 0.1], [0.1, 0.9], [0.2, 0.2], [0.1, 0.2], [0.3, 0.1]]
    >>> display = DetectionDisplay.from_predictions(
    ...     noise, 16000, times, scores, ["no", "yes"],
    ...     [Detection("yes", 0.5, 1.5, 0.9)], truth=[("yes", 0.8, 1.2)],
    ... )
    >>> [text.get_text() for text in display.detection_labels_]
    ['yes']
    """

    def __init__(
        self,
        *,
        samples,
        sr,
        times,
        scores,
        words,
        detections,
        truth=None,
        start=0.0,
    ):
        self.samples = samples
        self.sr = sr
        self.times = times
        self.scores = scores
        self.words = words
        self.detections = detections
        self.truth = truth
        self.start = start

    @classmethod
    def from_estimator(
        cls,
        spotter,
        recording,
        *,
        truth=None,
        sr=None,
        start=0.0,
        duration=None,
        axes=None,
        **kwargs,
    ):
        """Listen to a recording and draw a stretch of it.

        The spotter listens from the beginning until nothing can change any more in the
        stretch, so that it hears there what `KeywordSpotter.detect` does.

        Parameters
        ----------
        spotter : KeywordSpotter
            Fitted, or a fitted search over spotters.
        recording : str, path-like or array-like of shape (n_samples,)
            As for `KeywordSpotter.detect`.
        truth : list of (word, start, end), or DataFrame, default=None
            What is said in it, in seconds.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier. A file tells
            its own.
        start : float, default=0.0
            When the stretch begins, in seconds.
        duration : float, default=None
            Its length in seconds; None means up to the end.
        axes : array-like of two matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot` of the scores.

        Returns
        -------
        DetectionDisplay
            The display.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError
            If the recording cannot be read.
        ValueError
            If it has no samples, holds NaN or infinity, or ends before `start`, or a
            parameter cannot be used.
        TypeError
            If there is no spotter.
        NotFittedError
            If the classifier is not fitted.
        """
        spotter = spotter_of(spotter)
        heard, rate, shown = stretch_of(spotter, recording, sr, start, duration)
        times, scores, candidates = spotter._listen(heard, rate)
        detections = over_thresholds(
            candidates, thresholds_of(spotter), refractory_of(spotter)
        )
        return cls.from_predictions(
            heard[shown],
            rate,
            times,
            scores,
            spotter.words_,
            detections,
            truth,
            start=shown.start / rate,
            axes=axes,
            **kwargs,
        )

    @classmethod
    def from_predictions(
        cls,
        samples,
        sr,
        times,
        scores,
        words,
        detections,
        truth=None,
        *,
        start=0.0,
        axes=None,
        **kwargs,
    ):
        """Draw what was heard.

        Parameters
        ----------
        samples : array-like, shape (n_samples,)
            What to show of the recording, of any numeric type.
        sr : int
            Its rate in Hz.
        times : array-like, shape (n_windows,)
            Middle of each window in seconds.
        scores : array-like, shape (n_windows, n_words)
            Probability of each word in each window.
        words : sequence, length n_words
            The words to spot.
        detections : list of Detection, or DataFrame
            What was heard.
        truth : list of (word, start, end), or DataFrame, default=None
            What was said, in seconds.
        start : float, default=0.0
            When the samples begin, in seconds.
        axes : array-like of two matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot` of the scores.

        Returns
        -------
        DetectionDisplay
            The display.

        Raises
        ------
        ValueError
            If the shapes do not fit together, a detection is of none of the words, or
            a row of detections or truth is none.
        """
        samples, times, scores = map(np.asarray, (samples, times, scores))
        words, sr = list(words), check_count("sr", sr, "Hz")
        start = check_real("start", start, "a number of seconds")
        if samples.ndim != 1 or not len(samples):
            raise ValueError(
                f"samples has the shape {samples.shape}, but must have the shape "
                "(n_samples,), with at least one."
            )
        if times.ndim != 1 or scores.shape != (len(times), len(words)):
            raise ValueError(
                f"times has the shape {times.shape} and scores {scores.shape}, but "
                f"must have (n_windows,) and (n_windows, {len(words)}), as there are "
                f"{len(words)} words."
            )
        detections = detections_of("detections", detections)
        if truth is not None:
            truth = truth_of("truth", truth)
        for detection in detections:
            if detection.word not in words:
                raise ValueError(
                    f"detections has {detection.word!r}, but the words are {words}."
                )
        display = cls(
            samples=samples,
            sr=sr,
            times=times,
            scores=scores,
            words=words,
            detections=detections,
            truth=truth,
            start=start,
        )
        return display.plot(axes, **kwargs)

    def plot(self, axes=None, **kwargs):
        """Draw the recording and what was heard.

        Parameters
        ----------
        axes : array-like of two matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot` of the scores.

        Returns
        -------
        DetectionDisplay
            This display.
        """
        top, bottom = self.axes_ = two_axes_or_new(axes)
        self.figure_ = bottom.figure
        limits = self.start, self.start + len(self.samples) / self.sr
        draw_recording(top, self.samples, self.sr, self.start)
        shown = (self.times >= limits[0]) & (self.times <= limits[1])
        self.lines_ = []
        for i, word in enumerate(self.words):
            style = {
                "color": colour(i),
                "linestyle": dashes(i),
                "label": legend_label(word),
            }
            self.lines_ += bottom.plot(
                self.times[shown], self.scores[shown, i], **line_style(style, kwargs)
            )
        for ax in (top, bottom):
            ax.set_xlim(limits)
            ax.ticklabel_format(axis="x", useOffset=False)
        bottom.set_xlabel("Time (s)")
        bottom.grid(axis="x", alpha=0.3)
        legend_beside(bottom, len(self.words))
        # Only then are the axes laid out; a figure within another cannot draw itself.
        self.figure_.canvas.figure.draw_without_rendering()
        rows = LabelRows(bottom, limits)
        self._draw_detections(bottom, limits, rows)
        self._draw_truth(bottom, limits, rows)
        rows.finish()
        return self

    def _draw_detections(self, ax, limits, rows):
        middles = [(start + end) / 2 for _, start, end, _ in self.detections]
        shown = [
            (str(found.word), middle, found.score, self.words.index(found.word))
            for found, middle in zip(self.detections, middles, strict=True)
            if limits[0] <= middle <= limits[1]
        ]
        texts = rows.add(
            "heard", [word for word, *_ in shown], [m for _, m, *_ in shown]
        )
        self.marks_ = []
        for (_, middle, score, i), text in zip(shown, texts, strict=True):
            style = {"color": colour(i), "marker": marker(i), "markersize": 7}
            self.marks_ += ax.plot(middle, score, markeredgecolor="black", **style)
            if text is not None:
                # Lines to words in higher rows pass behind it.
                text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})
                ends = score, text.get_position()[1] - 0.4 * ROW
                ax.plot([middle] * 2, ends, color="0.4", linewidth=0.8, zorder=1)
        self.detection_labels_ = [text for text in texts if text is not None]

    def _draw_truth(self, ax, limits, rows):
        self.truth_labels_ = []
        if self.truth is None:
            return
        shown = [
            (str(word), max(start, limits[0]), min(end, limits[1]))
            for word, start, end in self.truth
            if end > limits[0] and start < limits[1]
        ]
        middles = [(first + last) / 2 for _, first, last in shown]
        texts = rows.add("said", [word for word, *_ in shown], middles)
        for (_, first, last), text in zip(shown, texts, strict=True):
            bars = [(0, 1)]
            if text is not None:
                bars.append((text.get_position()[1] - 0.4 * ROW, 0.8 * ROW))
            for bar in bars:
                ax.broken_barh([(first, last - first)], bar, color="0.9", zorder=0)
        self.truth_labels_ = [text for text in texts if text is not None]
