"""Misses against false alarms."""

import numpy as np

from ..spotting import detection_error_curve
from ..spotting._rows import truth_of
from ..spotting._settings import check_words, refractory_of
from ..spotting._tuning import MOST_FALSE_ALARMS, best_misses
from ._estimators import spotter_of
from ._style import axes_or_new, colour, dashes, legend_label, line_style


class DetectionErrorDisplay:
    """How many words a spotter misses at which rate of false alarms.

    Use `from_estimator` or `from_predictions`; all they take is kept as attributes.

    Parameters
    ----------
    false_alarms_per_hour, miss_rates : ndarray, shape (n_thresholds,)
        The curve, as `skkws.spotting.detection_error_curve` gives it.
    name : str, default=None
        Name for the legend.

    Attributes
    ----------
    line_ : matplotlib.lines.Line2D
        The curve.
    ax_ : matplotlib.axes.Axes
        Where it is drawn.
    figure_ : matplotlib.figure.Figure
        The figure around it.

    See Also
    --------
    sklearn.metrics.DetCurveDisplay : The same for classifiers.

    Examples
    --------
    >>> from skkws.plots import DetectionErrorDisplay
    >>> from skkws.spotting import Detection
    >>> heard = [Detection("yes", 0.8, 1.8, 0.9), Detection("yes", 5.0, 6.0, 0.6)]
    >>> display = DetectionErrorDisplay.from_predictions(
    ...     [("yes", 1.0, 1.4)], heard, seconds=3600
    ... )
    >>> display.ax_.get_ylabel()
    'Missed words'
    """

    def __init__(self, *, false_alarms_per_hour, miss_rates, name=None):
        self.false_alarms_per_hour = false_alarms_per_hour
        self.miss_rates = miss_rates
        self.name = name

    @classmethod
    def from_estimator(
        cls, spotter, recording, truth, *, sr=None, name=None, ax=None, **kwargs
    ):
        """Listen to a recording and draw the curve.

        Parameters
        ----------
        spotter : KeywordSpotter
            Fitted, or a fitted search over spotters.
        recording : str, path-like or array-like of shape (n_samples,)
            As for `KeywordSpotter.detect`.
        truth : list of (word, start, end), or DataFrame
            What is said in it, in seconds.
        sr : int, default=None
            Rate of the samples in Hz; None means that of the classifier.
        name : str, default=None
            Name for the legend; None means that of the class.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        DetectionErrorDisplay
            The display.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError, ValueError
            If the recording or the truth cannot be used.
        TypeError
            If there is no spotter.
        NotFittedError
            If its classifier is not fitted.
        """
        spotter = spotter_of(spotter)
        truth = truth_of("truth", truth)
        check_words("truth", [word for word, *_ in truth], spotter.words_)
        return cls.from_predictions(
            truth,
            spotter.candidates(recording, sr),
            seconds=spotter.seconds(recording, sr),
            refractory=refractory_of(spotter),
            name=type(spotter).__name__ if name is None else name,
            ax=ax,
            **kwargs,
        )

    @classmethod
    def from_predictions(
        cls,
        truth,
        candidates,
        *,
        seconds,
        refractory=0.7,
        name=None,
        ax=None,
        **kwargs,
    ):
        """Draw the curve of what was heard.

        Parameters
        ----------
        truth : list of (word, start, end), or DataFrame
            What was said, in seconds.
        candidates : list of Detection, or DataFrame
            What `KeywordSpotter.candidates` found.
        seconds : float
            Length of the recording.
        refractory : float, default=0.7
            As in `KeywordSpotter`.
        name : str, default=None
            Name for the legend.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        DetectionErrorDisplay
            The display.
        """
        curve = detection_error_curve(truth, candidates, seconds, refractory)
        display = cls(
            false_alarms_per_hour=curve.false_alarms_per_hour,
            miss_rates=curve.miss_rates,
            name=name,
        )
        return display.plot(ax, **kwargs)

    def plot(self, ax=None, *, name=None, **kwargs):
        """Draw the curve.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure. Displays in the same axes get
            colours and dashes of their own.
        name : str, default=None
            Name for the legend; None means the display's.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        DetectionErrorDisplay
            This display.
        """
        from matplotlib.ticker import PercentFormatter

        ax = axes_or_new(ax)
        name = self.name if name is None else name
        i = len(ax.lines)
        style = {"color": colour(i), "linestyle": dashes(i)}
        if name is not None:
            style["label"] = legend_label(name)
        rates, misses = best_misses(self.false_alarms_per_hour, self.miss_rates)
        if len(rates):  # as `area` does: where more are allowed, no more are missed
            rates = np.append(rates, max(rates[-1], MOST_FALSE_ALARMS))
            misses = np.append(misses, misses[-1])
        (self.line_,) = ax.step(
            rates,
            100 * misses,
            where="post",
            **line_style(style, kwargs),
        )
        # False alarms span decades, and none at all must have its place as well.
        ax.set_xscale("symlog", linthresh=1)
        ax.set_xlim(left=0)
        ax.set_ylim(0, 100)
        ax.yaxis.set_major_formatter(PercentFormatter())
        ax.set(xlabel="False alarms an hour", ylabel="Missed words")
        ax.grid(alpha=0.3)
        if name is not None:
            ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self
