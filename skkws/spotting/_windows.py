"""Clips to learn from, as the windows of a stream show them."""

from contextlib import contextmanager

import numpy as np
from sklearn import get_config
from sklearn.model_selection import StratifiedShuffleSplit, check_cv
from sklearn.model_selection._search import BaseSearchCV
from sklearn.pipeline import Pipeline
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.validation import _check_method_params

from .._rejected import UNKNOWN
from .._searches import varied_by
from .._validation import check_finite_clips
from .._waveforms import to_float32
from ..audio import AddNoise, LoadAudio
from ..classifiers._base import KerasClassifier
from ..features import LogSpectrogram
from ._settings import labels_of
from ._steps import count_up_to, first_in, last_step
from ._views import views_of_clips, windows_of

# Steps that turn integers into numbers from -1 to 1.
_SCALING = (AddNoise, LoadAudio, LogSpectrogram)

# What `fit` takes that is not of the clips to learn from, be they as many by chance.
_VALIDATION = ("X_val", "y_val", "validation_data")

# Windows that are turned into spectrograms at once: 131 MB for a second in float32.
# Fewer would have `AddNoise` look over its recordings more often.
AT_ONCE = 2048


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
    labels = labels_of(y)
    known = labels.tolist()
    rejected = [name for name in rejected if name in known]
    rejected.sort(key=lambda name: name != UNKNOWN)
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
    rows, labels, shifts = views_of_clips(
        clips, labels, n_views, rejected, random_state
    )
    per_clip = {k: v for k, v in fit_params.items() if not k.endswith(_VALIDATION)}
    params = fit_params | _check_method_params(X, per_clip, rows)
    n_done = count_up_to(LoadAudio, classifier)
    routed = classifier.transform_input if n_done else None
    for name in set(params).intersection(routed or ()):
        params[name] = _transformed(classifier[:n_done], params[name])
    n_in_parts = _count_in_parts(classifier, n_done)
    if n_in_parts:
        first_steps = classifier[n_done : n_done + n_in_parts]
        shown = _spectrograms_of_windows(first_steps, clips, rows, shifts)
        n_done += n_in_parts
    else:
        shown = windows_of(clips, rows, shifts)
    learning = classifier[n_done:] if n_done else classifier
    if routed:  # which a slice of a Pipeline does not have
        learning.set_params(transform_input=routed)
    with _validated_by_clip(learning, clips, y, fit_params, rows) as groups:
        learning.fit(shown, labels, **{**groups, **params})
    if n_done:
        # A cache's, if there is one.
        classifier.steps[n_done:] = learning.steps


@contextmanager
def _validated_by_clip(classifier, clips, y, fit_params, rows):
    """Keep all windows of a clip in one part wherever a fit validates.

    Yields
    ------
    dict
        Groups for networks that stop early; a search gets other splits meanwhile.
    """
    last, prefix = last_step(classifier)
    cv = getattr(last, "cv", "prefit")
    groups = fit_params.get(f"{prefix}groups")
    splitter = _splitter_of(cv, y, getattr(last, "random_state", None))
    if splitter is not None:
        splits = splitter.split(clips, y, groups)
        splits = [[np.flatnonzero(np.isin(rows, part)) for part in s] for s in splits]
        last.set_params(cv=splits)
    try:
        yield dict.fromkeys(_groups_of_networks(last, prefix), rows)
    finally:
        if hasattr(last, "cv"):
            last.set_params(cv=cv)


def _splitter_of(cv, y, random_state):
    """Return what splits clips as a `cv` does, or None if it splits none."""
    if isinstance(cv, float) and 0 < cv < 1:  # of `TunedThresholdClassifierCV`
        return StratifiedShuffleSplit(1, test_size=cv, random_state=random_state)
    return None if isinstance(cv, str | float) else check_cv(cv, y, classifier=True)


def _groups_of_networks(last, prefix):
    """Name the groups that `fit` hands on to a network that may stop early.

    A search hands them on to a network in a Pipeline, which must be that of all of its
    candidates.
    """
    if get_config()["enable_metadata_routing"]:
        return []
    varied = set()
    if isinstance(last, BaseSearchCV):
        varied = varied_by(last)
        last, within = last_step(last.estimator)
        prefix += within
        if not within or any(within.startswith(f"{name}__") for name in varied):
            return []
    may_stop = isinstance(last, KerasClassifier) and (
        last.early_stopping or any(name.endswith("early_stopping") for name in varied)
    )
    return [f"{prefix}groups"] if may_stop else []


def _transformed(steps, X):
    """Transform what is routed through a Pipeline: also None, or several in a tuple."""
    if isinstance(X, tuple):
        return tuple(_transformed(steps, one) for one in X)
    return None if X is None else steps.transform(X)


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
    is_scaled = clips.dtype.kind == "f" or isinstance(first_in(classifier), _SCALING)
    return clips if is_scaled else to_float32(clips)


def _waveforms_of(classifier, X):
    """Return what the classifier listens to, or None if it is no array of clips."""
    n_loading = count_up_to(LoadAudio, classifier)
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


def _count_in_parts(classifier, n_done):
    """Count the next steps that do the same to some clips at a time as to all.

    These are those up to a `LogSpectrogram` with nothing but `AddNoise` before it,
    unless a cache is to keep what they return.
    """
    is_plain = isinstance(classifier, Pipeline) and classifier.transform_input is None
    if not is_plain or classifier.memory is not None:
        return 0
    return count_up_to(LogSpectrogram, classifier[n_done:], before=AddNoise)


def _spectrograms_of_windows(pipeline, clips, rows, shifts):
    """Fit these first steps to the windows and return what they make of them.

    Windows of thousands of clips would take gigabytes, their spectrograms a fourth.
    """
    noises = [step for _, step in pipeline.steps if isinstance(step, AddNoise)]
    seeds = [noise.random_state for noise in noises]
    spectrograms = None
    try:
        for noise in noises:  # one draw after the other, as for all clips at once
            noise.random_state = check_random_state(noise.random_state)
        for first in range(0, len(rows), AT_ONCE):
            part = slice(first, first + AT_ONCE)
            made = pipeline.fit_transform(windows_of(clips, rows[part], shifts[part]))
            if spectrograms is None:
                spectrograms = np.empty((len(rows), *made.shape[1:]), made.dtype)
            spectrograms[part] = made
    finally:
        for noise, seed in zip(noises, seeds, strict=True):
            noise.random_state = seed
    return spectrograms
