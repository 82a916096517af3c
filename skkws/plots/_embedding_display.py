"""Where a network sees the clips."""

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import column_or_1d

from ._activations import activations_of
from ._estimators import parts_of
from ._style import (
    axes_or_new,
    colour,
    legend_beside,
    legend_label,
    marker,
    point_style,
)


class EmbeddingDisplay:
    """Clips as points in a plane, one colour and marker a word.

    Clips that the network takes for another word have a ring.

    Use `from_estimator` or `from_predictions`; all they take is kept as attributes.

    Parameters
    ----------
    embedding : ndarray, shape (n_clips, 2)
        The points.
    y_true : ndarray, shape (n_clips,)
        The word of each clip.
    y_pred : ndarray, shape (n_clips,), default=None
        The word that was heard; None draws no rings.
    axis_labels : tuple of two str, default=("Component 1", "Component 2")
        What the axes are.

    Attributes
    ----------
    points_ : list of matplotlib.collections.PathCollection
        The clips of each word, in sorted order.
    rings_ : matplotlib.collections.PathCollection or None
        Around clips that are misclassified, if there are any.
    ax_ : matplotlib.axes.Axes
        Where they are drawn.
    figure_ : matplotlib.figure.Figure
        The figure around them.

    See Also
    --------
    sklearn.metrics.ConfusionMatrixDisplay : Which words are taken for which.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.plots import EmbeddingDisplay
    >>> points = np.random.default_rng(0).normal(size=(6, 2))
    >>> spoken = ["go", "go", "go", "no", "no", "no"]
    >>> heard = ["go", "go", "no", "no", "no", "no"]
    >>> display = EmbeddingDisplay.from_predictions(points, spoken, heard)
    >>> len(display.points_), len(display.rings_.get_offsets())
    (2, 1)
    """

    def __init__(
        self,
        *,
        embedding,
        y_true,
        y_pred=None,
        axis_labels=("Component 1", "Component 2"),
    ):
        self.embedding = embedding
        self.y_true = y_true
        self.y_pred = y_pred
        self.axis_labels = axis_labels

    @classmethod
    def from_estimator(cls, estimator, X, y, *, reducer=None, ax=None, **kwargs):
        """Draw what comes out of a network before its output layer.

        Parameters
        ----------
        estimator : estimator
            A fitted `KerasCNNClassifier` or `KerasGRUClassifier`, a Pipeline that ends
            in one, or a search over one.
        X : array-like
            Clips, as the estimator takes them.
        y : array-like, shape (n_clips,)
            The word of each clip.
        reducer : transformer, default=None
            Brings activations, ndarray of shape (n_clips, n_units), to two dimensions;
            a clone of it is fitted. None means scikit-learn's PCA.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.scatter`.

        Returns
        -------
        EmbeddingDisplay
            The display.

        Raises
        ------
        NotFittedError
            If the classifier is not fitted.
        TypeError
            If it is none of skkws.
        ValueError
            If the estimator cannot use X, y has another length, or the reducer does
            not lead to two dimensions.
        """
        before, classifier = parts_of(estimator)
        if before is not None:
            X = before.transform(X)
        heard = classifier.predict(X)
        y = _words("y", y, len(heard))
        activations = activations_of(classifier, X)
        embedding, axis_labels = _reduced(activations, reducer)
        return cls.from_predictions(
            embedding, y, heard, axis_labels=axis_labels, ax=ax, **kwargs
        )

    @classmethod
    def from_predictions(
        cls,
        embedding,
        y_true,
        y_pred=None,
        *,
        axis_labels=("Component 1", "Component 2"),
        ax=None,
        **kwargs,
    ):
        """Draw clips at points that are given.

        Parameters
        ----------
        embedding : array-like, shape (n_clips, 2)
            The points.
        y_true : array-like, shape (n_clips,)
            The word of each clip.
        y_pred : array-like, shape (n_clips,), default=None
            The word that was heard; None draws no rings.
        axis_labels : tuple of two str, default=("Component 1", "Component 2")
            What the axes are.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.scatter`.

        Returns
        -------
        EmbeddingDisplay
            The display.

        Raises
        ------
        ValueError
            If there are not two coordinates a clip, two labels of axes and as many
            words as clips, or sizes of other than one or all clips.
        """
        if isinstance(axis_labels, str) or len(axis_labels) != 2:
            raise ValueError(
                f"axis_labels is {axis_labels!r}, but must be two, of the first and of "
                "the second coordinate."
            )
        embedding = np.asarray(embedding)
        if embedding.ndim != 2 or embedding.shape[1] != 2:
            raise ValueError(
                f"embedding has the shape {embedding.shape}, but must have the shape "
                "(n_clips, 2)."
            )
        n_clips = len(embedding)
        return cls(
            embedding=embedding,
            y_true=_words("y_true", y_true, n_clips),
            y_pred=None if y_pred is None else _words("y_pred", y_pred, n_clips),
            axis_labels=axis_labels,
        ).plot(ax, **kwargs)

    def plot(self, ax=None, **kwargs):
        """Draw the points.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.scatter`; ``s`` may have one size a clip.

        Returns
        -------
        EmbeddingDisplay
            This display.

        Raises
        ------
        ValueError
            If there are sizes of other than one or all clips.
        """
        words = np.unique(self.y_true)
        sizes = self._sizes(kwargs.pop("s", None))
        ax = axes_or_new(ax, len(words) + 1)
        self.points_ = []
        for i, word in enumerate(words):
            style = {
                "facecolor": colour(i),
                "marker": marker(i),
                "edgecolor": "black",
                "linewidth": 0.3,
                "label": legend_label(word),
            }
            own = self.y_true == word
            style = point_style(style, kwargs)
            points = ax.scatter(*self.embedding[own].T, s=sizes[own], **style)
            self.points_.append(points)
        self.rings_ = None
        n_entries = len(words)
        wrong = np.zeros(0, dtype=bool)
        if self.y_pred is not None:
            wrong = self.y_pred != self.y_true
        if wrong.any():
            self.rings_ = ax.scatter(
                *self.embedding[wrong].T,
                s=3 * sizes[wrong],
                facecolors="none",
                edgecolors="black",
                linewidths=0.9,
                label="misclassified",
            )
            n_entries += 1
        x_label, y_label = self.axis_labels
        ax.set(xlabel=x_label, ylabel=y_label)
        legend_beside(ax, n_entries)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _sizes(self, s):
        """Return the size of each point, by what `scatter` takes as s."""
        sizes, n_clips = np.asarray(36 if s is None else s), len(self.embedding)
        if sizes.shape not in ((), (1,), (n_clips,)):
            raise ValueError(
                f"s has the shape {sizes.shape}, but must be one size, or one for each "
                f"of the {n_clips} clips."
            )
        return np.broadcast_to(sizes, n_clips)


def _reduced(activations, reducer):
    """Return activations in two dimensions, and what these are."""
    if len(activations) < 2:
        raise ValueError("X has one clip, but two dimensions need at least two.")
    if reducer is None:
        from sklearn.decomposition import PCA

        reducer = PCA(2, svd_solver="full")
    if not hasattr(reducer, "fit_transform"):
        raise TypeError(
            f"reducer is {reducer!r}, but must be an estimator with fit_transform, "
            "such as PCA(2)."
        )
    reducer = clone(reducer, safe=False)
    embedding = np.asarray(reducer.fit_transform(activations))
    name = type(reducer).__name__
    if embedding.shape != (len(activations), 2):
        raise ValueError(
            f"reducer makes an array of the shape {embedding.shape} of the "
            f"{len(activations)} clips, but must make two columns: set its number of "
            "components to 2."
        )
    shares = getattr(reducer, "explained_variance_ratio_", None)
    if shares is None or len(shares) != 2:
        return embedding, (f"{name} 1", f"{name} 2")
    return embedding, tuple(
        f"{name} {i} ({share:.0%} of the variance)"
        for i, share in enumerate(shares, start=1)
    )


def _words(name, words, n_clips):
    """Return the words of n clips as an array."""
    words = column_or_1d(words)
    if len(words) != n_clips:
        raise ValueError(f"{name} has {len(words)} words for {n_clips} clips.")
    return words
