"""The classifier inside of what users have fitted."""

from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline

from .._searches import found_by
from ..classifiers._base import KerasClassifier
from ..spotting import KeywordSpotter
from ..spotting._settings import classifier_of


def parts_of(estimator):
    """Return what comes before a fitted Keras classifier, and the classifier.

    Parameters
    ----------
    estimator : estimator
        A classifier of skkws, a Pipeline that ends in one, or a search over one or a
        `KeywordSpotter` with one.

    Returns
    -------
    transformers : Pipeline or None
        The steps before the classifier, if there are any.
    classifier : KerasClassifier
        Fitted.

    Raises
    ------
    NotFittedError
        If the classifier is not fitted.
    TypeError
        If there is no classifier of skkws in the estimator.
    ValueError
        If a search has no best estimator.
    """
    estimator = found_by(estimator)
    if isinstance(estimator, FrozenEstimator):
        return parts_of(estimator.estimator)
    if isinstance(estimator, KeywordSpotter):
        return parts_of(classifier_of(estimator))
    if isinstance(estimator, Pipeline):
        before, classifier = parts_of(estimator.steps[-1][1])
        if len(estimator) > 1:
            steps = estimator.steps[:-1] + (before.steps if before else [])
            before = Pipeline(steps)
        return before, classifier
    if not isinstance(estimator, KerasClassifier):
        raise TypeError(
            f"estimator is, or ends in, {estimator!r}, but must be a "
            "KerasCNNClassifier or KerasGRUClassifier."
        )
    if not hasattr(estimator, "_state"):
        raise NotFittedError(
            f"This {type(estimator).__name__} is not fitted yet: call fit with clips "
            "and their words first."
        )
    return None, estimator


def spotter_of(estimator):
    """Return a `KeywordSpotter`, or the one that a search over them found best."""
    estimator = found_by(estimator)
    if not isinstance(estimator, KeywordSpotter):
        raise TypeError(
            f"spotter is {estimator!r}, but must be a KeywordSpotter or a search over "
            "one."
        )
    return estimator
