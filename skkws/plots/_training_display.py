"""How a network learnt."""

from collections.abc import Mapping

import numpy as np

from ._estimators import parts_of
from ._style import (
    axes_or_new,
    colour,
    dashes,
    legend_label,
    line_style,
    marker,
    set_whole_ticks,
)

# Markers on a line of more epochs would run together.
MOST_MARKERS = 30


class TrainingDisplay:
    """Loss or accuracy over the epochs of a fit, in training and in validation.

    Use `from_estimator` or `from_predictions`; all they take is kept as attributes.

    Parameters
    ----------
    history : dict of list of float
        One figure an epoch: ``{"loss": [...], "accuracy": [...]}`` and, where there was
        validation, ``"val_loss"`` and ``"val_accuracy"``.
    metric : str, default="accuracy"
        Which of them to draw.
    name : str, default=None
        Name for the legend.

    Attributes
    ----------
    training_line_, validation_line_ : matplotlib.lines.Line2D or None
        The curves; None where there is nothing to draw.
    ax_ : matplotlib.axes.Axes
        Where they are drawn.
    figure_ : matplotlib.figure.Figure
        The figure around them.

    See Also
    --------
    sklearn.model_selection.LearningCurveDisplay : Accuracy over the number of clips.

    Notes
    -----
    While it trains, a network is scored on augmented clips, with dropout and against
    smoothed labels, in validation without: accuracy there may well be the higher one,
    and the loss the lower one. Figures that are fewer than the epochs belong to the
    last ones.

    Examples
    --------
    >>> from skkws.plots import TrainingDisplay
    >>> history = {"accuracy": [0.5, 0.8, 0.9], "val_accuracy": [0.6, 0.8, 0.8]}
    >>> display = TrainingDisplay.from_predictions(history)
    >>> display.ax_.get_ylabel()
    'Accuracy'
    """

    def __init__(self, *, history, metric="accuracy", name=None):
        self.history = history
        self.metric = metric
        self.name = name

    @classmethod
    def from_estimator(
        cls, estimator, *, metric="accuracy", name=None, ax=None, **kwargs
    ):
        """Draw what a fitted classifier keeps in `history_`.

        Parameters
        ----------
        estimator : estimator
            A fitted `KerasCNNClassifier` or `KerasGRUClassifier`, a Pipeline that ends
            in one, or a search over one, whose best estimator is drawn.
        metric : str, default="accuracy"
            What to draw: "accuracy" or "loss".
        name : str, default=None
            Name for the legend; None means that of the class.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        TrainingDisplay
            The display.

        Raises
        ------
        NotFittedError
            If the classifier is not fitted.
        TypeError
            If it is none of skkws.
        ValueError
            If there is no such metric, or a search has no best estimator.
        """
        _, classifier = parts_of(estimator)
        return cls.from_predictions(
            classifier.history_,
            metric=metric,
            name=type(classifier).__name__ if name is None else name,
            ax=ax,
            **kwargs,
        )

    @classmethod
    def from_predictions(
        cls, history, *, metric="accuracy", name=None, ax=None, **kwargs
    ):
        """Draw the figures of a fit.

        Parameters
        ----------
        history : dict of list of float, or keras.callbacks.History
            One figure an epoch, as a classifier's `history_` has them, or what
            `keras.Model.fit` returns.
        metric : str, default="accuracy"
            What to draw, a key of `history` without ``"val_"``.
        name : str, default=None
            Name for the legend.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        TrainingDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such metric.
        TypeError
            If `history` is neither.
        """
        history = getattr(history, "history", history)
        if not isinstance(history, Mapping):
            raise TypeError(
                f"history is {history!r}, but must be a dict with one figure an epoch."
            )
        known = sorted({key.removeprefix("val_") for key in history})
        if metric not in known:
            raise ValueError(
                f"metric is {metric!r}, but the history has "
                f"{', '.join(map(repr, known)) or 'none at all'}."
            )
        return cls(history=history, metric=metric, name=name).plot(ax, **kwargs)

    def plot(self, ax=None, *, name=None, **kwargs):
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure. Displays in the same axes get
            colours and markers of their own.
        name : str, default=None
            Name for the legend; None means the display's.
        **kwargs : dict
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        TrainingDisplay
            This display.
        """
        ax = axes_or_new(ax)
        name = self.name if name is None else name
        prefix = "" if name is None else f"{name}, "
        training = self.history.get(self.metric, [])
        validation = self.history.get(f"val_{self.metric}", [])
        n_epochs = max(len(training), len(validation))
        self.training_line_ = self.validation_line_ = None
        if len(training):
            self.training_line_ = _draw(
                ax, training, n_epochs, 0, f"{prefix}training", kwargs
            )
        if len(validation):
            self.validation_line_ = _draw(
                ax, validation, n_epochs, 1, f"{prefix}validation", kwargs
            )
        ax.set_xlabel("Epoch")
        ax.set_ylabel(self.metric.replace("_", " ").capitalize())
        set_whole_ticks(ax.xaxis)
        if self.metric == "accuracy":
            from matplotlib.ticker import PercentFormatter

            ax.yaxis.set_major_formatter(PercentFormatter(1))
        ax.grid(alpha=0.3)
        if ax.lines:
            ax.legend()
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _draw(ax, figures, n_epochs, dash, label, kwargs):
    """Draw the figures of the last epochs in the next colour of the axes."""
    epochs = np.arange(n_epochs - len(figures), n_epochs) + 1
    i = len(ax.lines)
    style = {
        "color": colour(i),
        "linestyle": dashes(dash),
        "marker": marker(i),
        "markersize": 4,
        "markevery": -(-n_epochs // MOST_MARKERS),
        "label": legend_label(label),
    }
    (line,) = ax.plot(epochs, figures, **line_style(style, kwargs))
    return line
