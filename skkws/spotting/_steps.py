"""Which steps of a Pipeline a stream, or a clip, meets."""

from sklearn.frozen import FrozenEstimator
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline

from .._searches import best_of, is_search
from ..audio import AddNoise, LoadAudio

# Steps that do nothing.
NOTHING = (None, "passthrough")


def listening_part(classifier):
    """Split off what a stream has no use for: a search, loading, noise for training.

    Returns
    -------
    loading : LoadAudio or None
        The first step, if it loads.
    classifier : classifier
        The rest, which takes waveforms.
    """
    loading = None
    if is_search(classifier):
        classifier = best_of(classifier)
    if isinstance(classifier, FrozenEstimator):
        classifier = classifier.estimator
    while isinstance(classifier, Pipeline) and len(classifier) > 1:
        first = classifier[0]
        if isinstance(first, LoadAudio):
            loading = first
        elif not (first in NOTHING or isinstance(first, AddNoise)):
            break
        classifier = classifier[1:]
    return loading, classifier


def rate_in(classifier):
    """Return the rate of what the first step that knows one takes, or None."""
    classifier = getattr(classifier, "estimator", classifier)  # a search's
    steps = getattr(classifier, "steps", [])
    for _, step in [*steps, *getattr(classifier, "estimators", [])]:  # those that vote
        rate = rate_in(step)
        if rate is not None:
            return rate
    # What loads is given waveforms of this rate where it is not split off.
    return getattr(classifier, "input_sr", None) or getattr(classifier, "sr", None)


def first_in(classifier):
    """Return the step that clips meet first; of what votes, if all begin alike."""
    while True:
        if isinstance(classifier, Pipeline):
            acting = (s for _, s in classifier.steps if s not in NOTHING)
            classifier = next(acting, None)
        elif hasattr(classifier, "estimators"):  # which vote
            firsts = [first_in(s) for _, s in classifier.estimators if s != "drop"]
            return firsts[0] if len(set(map(repr, firsts))) == 1 else classifier
        elif hasattr(classifier, "estimator"):
            classifier = classifier.estimator
        else:
            return classifier


def last_step(classifier):
    """Return the last step of a Pipeline and the prefix of what its `fit` takes."""
    prefix = ""
    while isinstance(classifier, Pipeline):
        name, classifier = classifier.steps[-1]
        prefix += f"{name}__"
    return classifier, prefix


def decisive_part(classifier):
    """Return what decides in the end, within Pipelines and searches."""
    while isinstance(classifier, Pipeline | BaseSearchCV):
        classifier, _ = last_step(getattr(classifier, "estimator", classifier))
    return classifier


def count_up_to(kind, classifier, before=()):
    """Count the first steps of a Pipeline up to one of a kind.

    Parameters
    ----------
    kind : type
        Of the step that is looked for.
    classifier : classifier
        What is no Pipeline has no steps.
    before : type or tuple of type, default=()
        What may come before it, besides steps that do nothing.

    Returns
    -------
    int
        0 if there is none, or something else comes first.
    """
    steps = classifier.steps if isinstance(classifier, Pipeline) else []
    for n, (_, step) in enumerate(steps, start=1):
        if isinstance(step, kind):
            return n
        if not (step in NOTHING or isinstance(step, before)):
            break
    return 0
