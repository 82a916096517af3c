"""Searches for parameters, such as `GridSearchCV`, and what they have found."""

from collections.abc import Mapping

from sklearn.exceptions import NotFittedError
from sklearn.model_selection._search import BaseSearchCV


def is_search(estimator):
    """Tell whether this is a fitted search, such as `GridSearchCV`."""
    # One for a threshold alone has results, too, but its classifier as `estimator_`.
    return hasattr(estimator, "best_estimator_") or (
        hasattr(estimator, "cv_results_") and not hasattr(estimator, "estimator_")
    )


def best_of(search):
    """Return the best estimator of a search, if it has one."""
    if hasattr(search, "best_estimator_"):
        return search.best_estimator_
    name = type(search).__name__
    if is_search(search):
        raise ValueError(
            f"This {name} has no best_estimator_, as its refit is {search.refit!r}: "
            "fit it with refit=True."
        )
    raise NotFittedError(
        f"This {name} is not fitted yet: call fit with clips and their words first."
    )


def varied_by(search):
    """Return the names of the parameters in which a search's candidates differ."""
    grids = getattr(search, "param_grid", getattr(search, "param_distributions", {}))
    grids = [grids] if isinstance(grids, Mapping) else grids
    return {name for grid in grids for name in grid}


def found_by(estimator):
    """Return the best estimator of a search; what is none is returned as it is."""
    if isinstance(estimator, BaseSearchCV) or is_search(estimator):
        return best_of(estimator)
    return estimator
