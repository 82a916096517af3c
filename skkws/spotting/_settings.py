"""What a spotter's settings mean for its classifier."""

from collections.abc import Iterable
from functools import wraps

import numpy as np
from sklearn.ensemble import StackingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection._search import BaseSearchCV
from sklearn.utils.validation import check_is_fitted

from .._parameters import check_count, check_real
from .._rejected import REJECTED
from .._waveforms import clip_length
from ..audio import LoadAudio
from ..classifiers._examples import refuse_mixed
from ._detections import FROM_ZERO, check_refractory
from ._steps import decisive_part, first_in, listening_part, rate_in
from ._timing import Timing

# Seconds. A window holds a word of this length for as long as itself without it, and
# that word may be heard so much later once more.
SHORT_WORD = 0.3


def fitted_attribute(get):
    """Make a property that is absent, for a reason, where settings do not fit."""

    @property
    @wraps(get)
    def attribute(spotter):
        try:
            return get(spotter)
        except NotFittedError:  # an AttributeError as well
            raise
        except (ValueError, TypeError) as error:
            raise AttributeError(str(error)) from error

    return attribute


def classifier_of(spotter):
    """Return the classifier in use: what `fit` made, else the one given."""
    if hasattr(spotter, "estimator_"):
        return spotter.estimator_
    _refuse_spotter(spotter.estimator)
    try:
        check_is_fitted(spotter.estimator)
    except NotFittedError as error:
        raise NotFittedError(
            "This KeywordSpotter's classifier is not fitted yet: call fit with clips "
            "and their words, or give one that is fitted."
        ) from error
    check_proba(spotter.estimator)
    return spotter.estimator


def check_proba(classifier):
    """Refuse a classifier that does not say how probable the classes are."""
    if isinstance(classifier, BaseSearchCV) and not classifier.refit:
        raise ValueError(
            f"estimator is a {type(classifier).__name__} with refit=False, but must "
            "have refit=True: else there is no classifier that it has found."
        )
    if not hasattr(classifier, "predict_proba"):
        raise ValueError(
            f"estimator is {classifier!r}, but must have predict_proba: a spotter "
            "needs to know how probable a word is."
        )


def _tells_later(classifier):
    """Tell whether it is not before its fit that it has `predict_proba`, or has not."""
    last = decisive_part(classifier)
    return isinstance(last, StackingClassifier) and last.final_estimator is None


def _refuse_spotter(classifier):
    kind, part = type(classifier).__name__, getattr(classifier, "estimator", None)
    if hasattr(part, "detect"):
        kind += " of spotters"
    elif not hasattr(classifier, "detect"):
        return
    raise ValueError(
        f"estimator is a {kind}, but must be a classifier of clips: a spotter is used "
        "as it is."
    )


def rejected_of(spotter):
    """Return the classes that are no words to spot, if the classifier has them."""
    return REJECTED if spotter.reject is None else classes_to_reject(spotter.reject)


def classes_to_reject(reject):
    """Return classes as a list, None as an empty one."""
    if isinstance(reject, str) or not isinstance(reject, Iterable | None):
        raise ValueError(f"reject is {reject!r}, but must be a list of classes.")
    return [] if reject is None else list(reject)


def words_of(spotter):
    """Return the classes to spot."""
    return words_among(spotter, classifier_of(spotter).classes_.tolist())


def words_among(spotter, known):
    """Return which of all classes are to spot."""
    rejected = rejected_of(spotter)
    if spotter.reject is not None:
        for name in rejected:
            if name not in known:
                raise ValueError(
                    f"reject has {name!r}, but the classifier's classes are {known}."
                )
    words = [word for word in known if word not in rejected]
    if not words:
        raise ValueError("reject has all classes, but must leave a word to spot.")
    return words


def check_words(name, words, known):
    """Refuse what is none of the words to spot."""
    for word in words:
        if word not in known:
            raise ValueError(f"{name} has {word!r}, but the words to spot are {known}.")


def thresholds_of(spotter):
    """Return {word: threshold}, the tuned ones if there are any."""
    words = words_of(spotter)
    if not hasattr(spotter, "thresholds_"):
        return thresholds_among(spotter, words)
    tuned = spotter.thresholds_
    if set(tuned) != set(words):
        raise ValueError(
            f"The thresholds were tuned for {list(tuned)}, but the words to spot are "
            f"{words}: call tune again."
        )
    return tuned


def thresholds_among(spotter, words):
    """Return {word: threshold} as `threshold` gives them."""
    if isinstance(spotter.threshold, dict):
        check_words("threshold", spotter.threshold, words)
        given = dict.fromkeys(words, 0.5) | spotter.threshold
    else:
        given = dict.fromkeys(words, spotter.threshold)
    expected = "a number from 0 to 1"
    return {
        word: check_real(f"threshold of {word!r}", value, expected, least=0, most=1)
        for word, value in given.items()
    }


def refractory_of(spotter):
    """Return the seconds after a detection in which there is no other."""
    if spotter.refractory is None:
        return max(0.7, timing_of(spotter).window - SHORT_WORD)
    return check_refractory(spotter.refractory)


def labels_of(y):
    """Return the words of clips as an array, those of a table's one column, too."""
    if y is None:
        raise ValueError(
            "KeywordSpotter requires y to be passed, but the target y is None."
        )
    refuse_mixed(y)
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise ValueError(
            f"y has the shape {y.shape}, but must have one word for each clip."
        )
    if not len(y):
        raise ValueError("y is empty, but must have the words of clips.")
    return y


def check_settings(spotter, X, y):
    """Refuse settings by which clips X of the classes y, an ndarray, are not spotted.

    Clips that are no array are as long as the classifier finds them to be.
    """
    classifier = spotter.estimator
    _refuse_spotter(classifier)
    if not _tells_later(classifier):
        check_proba(classifier)
    if spotter.n_views is not None:
        check_count("n_views", spotter.n_views, "windows of a clip")
    if spotter.refractory is not None:
        check_refractory(spotter.refractory)
    loading, listening = listening_part(classifier)
    sr = _rate_of_classifier(spotter, loading, listening)
    _hops_of(spotter, sr)
    shape = getattr(X, "shape", ())
    if spotter.duration is not None:
        fitted = shape[1] if loading is None and len(shape) == 2 else None
        _duration_in_samples(spotter, sr, fitted)
    thresholds_among(spotter, words_among(spotter, np.unique(y).tolist()))


def timing_of(spotter):
    """Count the settings that are in seconds in samples and windows."""
    loading, classifier = listening_part(classifier_of(spotter))
    sr = _rate_of_classifier(spotter, loading, classifier)
    fitted = getattr(classifier, "n_features_in_", None)
    if spotter.duration is not None:
        n_samples = _duration_in_samples(spotter, sr, fitted)
    elif loading is not None:
        n_samples = clip_length(loading.duration, loading.sr)
    elif fitted is not None:
        n_samples = fitted
    elif isinstance(first := first_in(classifier), LoadAudio):  # of those that vote
        n_samples = clip_length(first.duration, sr)
    else:
        raise ValueError(
            "duration is None, but the classifier does not tell how long its clips "
            "are: give it in seconds."
        )
    hops = _hops_of(spotter, sr)
    return Timing(sr=sr, n_samples=n_samples, **hops)


def _duration_in_samples(spotter, sr, fitted):
    """Return the length of a window; None for `fitted` fits every one."""
    n_samples = clip_length(spotter.duration, sr)
    if fitted not in (None, n_samples):
        raise ValueError(
            f"duration is {spotter.duration!r}, {n_samples} samples, but the "
            f"classifier's clips have {fitted}."
        )
    return n_samples


def _rate_of_classifier(spotter, loading, classifier):
    """Return the rate of the classifier's waveforms in Hz."""
    if loading is None:
        own = rate_in(classifier)
    else:
        own, heard = loading.sr, getattr(first_in(classifier), "sr", None)
        if heard not in (None, own):
            raise ValueError(
                f"LoadAudio gives waveforms of {own} Hz, but the step after it expects "
                f"{heard} Hz: give it sr={heard}."
            )
    if spotter.sr is None and own is None:
        raise ValueError(
            "sr is None, but no step of the classifier tells the rate of its "
            "waveforms: give it in Hz."
        )
    sr = check_count("sr", own if spotter.sr is None else spotter.sr, "Hz")
    if own not in (None, sr):
        raise ValueError(
            f"sr is {sr}, but the classifier's waveforms have {own} Hz: the rate of a "
            "recording is told to detect, that of a stream to stream."
        )
    return sr


def _hops_of(spotter, sr):
    """Return `hop`, `smoothing` and `patience` in samples and hops."""
    at_least = f"a number of seconds, at least one sample ({1 / sr:g} s)"
    hop = check_real("hop", spotter.hop, at_least, least=1 / sr)
    smoothing = check_real("smoothing", spotter.smoothing, FROM_ZERO, least=0)
    patience = check_real("patience", spotter.patience, FROM_ZERO, least=0)
    hop_samples = round(hop * sr)
    return {
        "hop_samples": hop_samples,
        "n_averaged": max(1, round(smoothing * sr / hop_samples)),
        "patience": round(patience * sr / hop_samples),
    }


def rate_of(timing, sr):
    """Return the rate of samples that are given in Hz."""
    return timing.sr if sr is None else check_count("sr", sr, "Hz")
