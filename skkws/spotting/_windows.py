"""Clips to learn from, as the windows of a stream show them."""

from contextlib import contextmanager

import numpy as np
from sklearn import get_config
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.validation import _check_method_params

from .._validation import check_finite_clips
from .._waveforms import active_part, to_float32
from ..audio import AddNoise, LoadAudio
from ..classifiers._base import KerasClassifier
from ..features import LogSpectrogram

# Steps that turn integers into numbers from -1 to 1.
_SCALING = (AddNoise, LoadAudio, LogSpectrogram)

# Shares of a window by which the middle of a word may lie off its own: where the window
# is still one of the word, and where it no longer is. In a window of a second, a word
# of half a second is whole up to .25, and a third of it is lost at .42; in between a
# window may pass for either.
OFF_CENTER = 0.25
CUT = (0.4, 0.7)


def fit_to_windows(classifier, X, y, n_views, rejected, random_state, fit_params):
    """Fit a classifier to the windows of clips; to other input, as it is.

    Parameters
    ----------
    classifier : classifier
        Unfitted. If it is a Pipeline that begins with `LoadAudio`, the windows are of
        what that loads; paths that a search loads are fitted as they are.
    X : array-like
        What the classifier takes.
    y : array-like, shape (n_clips,)
        The word of each clip.
    n_views : int or None
        In how many windows each clip is shown; None is to fit to the clips.
    rejected : sequence
        Classes that are no words. Without any in y, nothing can be said of windows.
    random_state : int, RandomState instance or None
        Draws the windows.
    fit_params : dict
        What else `fit` takes. What has an entry a clip gets one a window.
    """
    X = as_heard(classifier, X)
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:  # a table's one column
        labels = labels[:, 0]
    known = labels.tolist() if labels.ndim == 1 else []
    rejected = [name for name in rejected if name in known]
    rejected.sort(key=lambda name: name != "_unknown_")
    shown = n_views is not None and rejected
    clips = _waveforms_of(classifier, X) if shown else None
    if clips is None:
        classifier.fit(X, y, **fit_params)
        return
    check_consistent_length(clips, labels)
    for name, values in fit_params.items():
        n_values = len(values) if hasattr(values, "__len__") else len(labels)
        if name.endswith("sample_weight") and n_values != len(labels):
            raise ValueError(
                f"{name} has {n_values} entries, but there are {len(labels)} clips."
            )
    check_finite_clips(clips)
    windows, labels, rows = windows_of_clips(
        clips, labels, n_views, rejected, random_state
    )
    params = _check_method_params(X, fit_params, rows)
    n_loading = _count_loading(classifier)
    listening = classifier[n_loading:] if n_loading else classifier
    with _validated_by_clip(listening, clips, y, fit_params, rows) as groups:
        listening.fit(windows, labels, **{**groups, **params})
    if listening is not classifier:
        # A cache's, if there is one.
        classifier.steps[n_loading:] = listening.steps


@contextmanager
def _validated_by_clip(classifier, clips, y, fit_params, rows):
    """Keep all windows of a clip in one part wherever a fit validates.

    Yields
    ------
    dict
        Groups for a network that stops early; a search gets other splits meanwhile.
    """
    # What validates is the classifier, or the last step of one.
    last, prefix = classifier, ""
    while isinstance(last, Pipeline):
        name, last = last.steps[-1]
        prefix += f"{name}__"
    cv = getattr(last, "cv", "prefit")
    if not isinstance(cv, str | float):
        splits = check_cv(cv, y, classifier=True).split(
            clips, y, fit_params.get(f"{prefix}groups")
        )
        splits = [[np.flatnonzero(np.isin(rows, part)) for part in s] for s in splits]
        last.set_params(cv=splits)
    stops_early = isinstance(last, KerasClassifier) and last.early_stopping
    routed = get_config()["enable_metadata_routing"]
    try:
        yield {f"{prefix}groups": rows} if stops_early and not routed else {}
    finally:
        if hasattr(last, "cv"):
            last.set_params(cv=cv)


def as_heard(classifier, X):
    """Return clips as a stream gives them: an array, of numbers from -1 to 1.

    Clips that are no array of numbers, such as paths, are returned as they are, and so
    are integers for a classifier that scales them itself, clip by clip.
    """
    if hasattr(X, "columns") and hasattr(classifier, "feature_names_in_"):
        return X
    try:
        clips = np.asarray(X)
    except ValueError:  # of different lengths
        return X
    if not _is_numbers_of_clips(clips):
        return X
    is_scaled = clips.dtype.kind == "f" or isinstance(_first_in(classifier), _SCALING)
    return clips if is_scaled else to_float32(clips)


def _first_in(classifier):
    """Return the step that clips meet first."""
    while isinstance(classifier, Pipeline) or hasattr(classifier, "estimator"):
        if isinstance(classifier, Pipeline):
            steps = (step for _, step in classifier.steps)
            classifier = next(s for s in steps if s not in (None, "passthrough"))
        else:
            classifier = classifier.estimator
    return classifier


def _count_loading(classifier):
    """Count the steps up to `LoadAudio`, if that is what clips meet first."""
    steps = [s for _, s in classifier.steps] if isinstance(classifier, Pipeline) else []
    for i, step in enumerate(steps):
        if isinstance(step, LoadAudio):
            return i + 1
        if step not in (None, "passthrough"):
            break
    return 0


def _waveforms_of(classifier, X):
    """Return what the classifier listens to, or None if it is no array of clips."""
    n_loading = _count_loading(classifier)
    if n_loading:
        return classifier[n_loading - 1].fit_transform(X)
    if not _is_numbers_of_clips(X):
        return None
    # Silence, which is zero elsewhere, is in the middle of unsigned integers.
    return to_float32(X) if X.dtype.kind == "u" else X


def _is_numbers_of_clips(X):
    if not isinstance(X, np.ndarray) or X.ndim != 2 or X.dtype.kind not in "iuf":
        return False
    return X.size > 0


def windows_of_clips(X, y, n_views, rejected, random_state):
    """Show each clip as windows that a stream slides over it.

    A word is seen `n_views` times a little off the middle, and once more where it is
    cut, which is no word. What is to be rejected is seen as often, anywhere; silence as
    it is.

    Parameters
    ----------
    X : ndarray, shape (n_clips, n_samples)
        Waveforms.
    y : ndarray, shape (n_clips,)
        The word of each.
    n_views : int
        How often each is shown, each time elsewhere.
    rejected : list
        The classes that are no words. The first one is that of cut words.
    random_state : int, RandomState instance or None
        Draws the places.

    Returns
    -------
    windows : ndarray, shape (n_windows, n_samples)
        Of the type of X; what is beyond a clip's ends is zero.
    labels : ndarray, shape (n_windows,)
        The class of each.
    rows : ndarray, shape (n_windows,)
        The clip that each was made of.
    """
    rng = check_random_state(random_state)
    views = [
        (row, label, offset)
        for row, word in enumerate(y.tolist())
        for label, offset in _views(word, n_views, rejected, rng)
    ]
    rows, labels, _ = zip(*views, strict=True)
    n_samples = X.shape[1]
    middles = [_middle(clip) for clip in X]
    windows = np.zeros((len(views), n_samples), dtype=X.dtype)
    for window, (row, _, offset) in zip(windows, views, strict=True):
        shift = 0
        if offset is not None:
            shift = round((0.5 + offset) * n_samples) - middles[row]
        first, last = max(0, shift), min(n_samples, n_samples + shift)
        if first < last:
            window[first:last] = X[row, first - shift : last - shift]
    return windows, np.array(labels, dtype=y.dtype), np.array(rows)


def _views(word, n_views, rejected, rng):
    """Yield the class and offset of each window of a clip; None is not to shift it."""
    for _ in range(n_views):
        if word == "_silence_":
            yield word, None
        else:
            most = 0.5 if word in rejected else OFF_CENTER
            yield word, rng.uniform(-most, most)
    if word not in rejected:
        yield rejected[0], rng.choice([-1, 1]) * rng.uniform(*CUT)


def _middle(clip):
    """Return the sample in the middle of a clip's word."""
    first, last, _ = active_part(to_float32(clip), -(-len(clip) // 50))
    return (first + last) // 2
