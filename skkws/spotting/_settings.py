"""What a spotter's settings mean for its classifier."""

from sklearn.exceptions import NotFittedError
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from .._parameters import check_count, check_real
from .._waveforms import clip_length
from ..audio import AddNoise, LoadAudio
from ._timing import Timing

REJECTED = ("_unknown_", "_silence_")

_FROM_ZERO = "a number of seconds from 0 on"


def classifier_of(spotter):
    """Return the classifier in use: what `fit` made, else the one given."""
    if hasattr(spotter, "estimator_"):
        return spotter.estimator_
    try:
        check_is_fitted(spotter.estimator)
    except NotFittedError as error:
        raise NotFittedError(
            "This KeywordSpotter's classifier is not fitted yet: call fit with clips "
            "and their words, or give one that is fitted."
        ) from error
    return spotter.estimator


def rejected_of(spotter):
    """Return the classes that are no words to spot, if the classifier has them."""
    return REJECTED if spotter.reject is None else spotter.reject


def words_of(spotter):
    """Return the classes to spot."""
    known = classifier_of(spotter).classes_.tolist()
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


def check_words(spotter, name, words):
    """Refuse what is none of the words to spot."""
    known = words_of(spotter)
    for word in words:
        if word not in known:
            raise ValueError(f"{name} has {word!r}, but the words to spot are {known}.")


def thresholds_of(spotter):
    """Return {word: threshold}, the tuned ones if there are any."""
    if hasattr(spotter, "thresholds_"):
        return spotter.thresholds_
    if isinstance(spotter.threshold, dict):
        check_words(spotter, "threshold", spotter.threshold)
        given = dict.fromkeys(words_of(spotter), 0.5) | spotter.threshold
    else:
        given = dict.fromkeys(words_of(spotter), spotter.threshold)
    expected = "a number from 0 to 1"
    return {
        word: check_real(f"threshold of {word!r}", value, expected, least=0, most=1)
        for word, value in given.items()
    }


def refractory_of(spotter):
    """Return the seconds after a detection in which there is no other."""
    return check_real("refractory", spotter.refractory, _FROM_ZERO, least=0)


def timing_of(spotter):
    """Count the settings that are in seconds in samples and windows."""
    loading, classifier = listening_part(classifier_of(spotter))
    sr = spotter.sr
    if sr is None:
        sr = loading.sr if loading else _rate_in(classifier)
    if sr is None:
        raise ValueError(
            "sr is None, but no step of the classifier tells the rate of its "
            "waveforms: give it in Hz."
        )
    sr = check_count("sr", sr, "Hz")
    if spotter.duration is not None:
        n_samples = clip_length(spotter.duration, sr)
    elif loading is not None:
        n_samples = clip_length(loading.duration, loading.sr)
    else:
        n_samples = classifier.n_features_in_
    at_least = f"a number of seconds, at least one sample ({1 / sr:g} s)"
    hop = check_real("hop", spotter.hop, at_least, least=1 / sr)
    smoothing = check_real("smoothing", spotter.smoothing, _FROM_ZERO, least=0)
    patience = check_real("patience", spotter.patience, _FROM_ZERO, least=0)
    hop_samples = round(hop * sr)
    return Timing(
        sr=sr,
        n_samples=n_samples,
        hop_samples=hop_samples,
        n_averaged=max(1, round(smoothing * sr / hop_samples)),
        patience=round(patience * sr / hop_samples),
    )


def rate_of(timing, sr):
    """Return the rate of samples that are given in Hz."""
    return timing.sr if sr is None else check_count("sr", sr, "Hz")


def listening_part(classifier):
    """Split off what a stream has no use for: loading, and noise for training.

    Returns
    -------
    loading : LoadAudio or None
        The first step, if it loads.
    classifier : classifier
        The rest, which takes waveforms.
    """
    loading = None
    while isinstance(classifier, Pipeline) and len(classifier) > 1:
        if isinstance(classifier[0], LoadAudio):
            loading = classifier[0]
        elif not isinstance(classifier[0], AddNoise):
            break
        classifier = classifier[1:]
    return loading, classifier


def _rate_in(classifier):
    """Return the `sr` of the first step that has one, or None."""
    for _, step in getattr(classifier, "steps", [("", classifier)]):
        rate = getattr(step, "sr", None)
        if rate is not None:
            return rate
    return None
