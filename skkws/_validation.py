"""Checks of the arrays that walk through the house; refusals are one sentence."""

import contextlib
import reprlib
from collections.abc import Iterable, Mapping, Set, ValuesView

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils.validation import validate_data

from ._files import LOUDEST, check_finite, is_path
from ._waveforms import check_scale, to_float32, warn_of_scale

# Types that pass from step to step as they are.
_WAVEFORM_TYPES = (np.dtype(np.float32), np.dtype(np.int16))
_SPECTROGRAM_TYPES = (np.dtype(np.float32),)


@contextlib.contextmanager
def all_or_nothing(estimator):
    """Undo all changes to an estimator if what follows fails or is interrupted."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def check_waveforms(estimator, X, *, reset):
    """Return X as waveforms, shape (n_clips, n_samples), in the type they came in.

    Integer waveforms stay integers here, so that a step can turn them into float32
    a few clips at a time. With `reset`, what is refused may leave its width behind:
    the caller has `all_or_nothing`.
    """
    if reset or not _is_as_fitted(estimator, X, 2, _WAVEFORM_TYPES):
        _refuse_no_clips(estimator, X)
        refuse_mixed_columns(X)
        X = _equal_clips(X, "LoadAudio(duration=...) makes them equally long")
        X = validate_data(
            estimator,
            _of_one_type(with_numpy_types(X)),
            reset=reset,
            dtype="numeric",
            allow_nd=True,
            ensure_all_finite=False,
        )
    if X.ndim != 2:
        raise ValueError(
            f"X has the shape {X.shape}, but {type(estimator).__name__} expects "
            "waveforms of the shape (n_clips, n_samples)."
        )
    warn_of_scale(X.dtype)
    check_finite_clips(X, most=LOUDEST)
    return X


def check_spectrograms(estimator, X, y="no_validation", *, reset):
    """Return X as float32 spectrograms, shape (n_clips, n_frames, n_bins).

    2-D input is read as one bin a frame; a trailing axis of length one is dropped.
    With y, the words of the clips, return X and y. `reset` is as for `check_waveforms`.
    """
    with_y = not (isinstance(y, str) and y == "no_validation")
    if not (reset or with_y) and _is_as_fitted(estimator, X, 3, _SPECTROGRAM_TYPES):
        return _as_spectrograms(estimator, X)
    _refuse_no_clips(estimator, X)
    X = _equal_clips(
        X, "make their waveforms equally long first, with LoadAudio(duration=...)"
    )
    with np.errstate(over="ignore"):  # what float32 cannot hold is refused as infinite
        checked = validate_data(
            estimator,
            X,
            y,
            reset=reset,
            dtype=np.float32,
            allow_nd=True,
            ensure_all_finite=False,
        )
    X = _as_spectrograms(estimator, checked[0] if with_y else checked)
    return (X, checked[1]) if with_y else X


def _equal_clips(X, remedy):
    """Refuse clips that make no array; NumPy's sentence knows no remedy.

    Return those of a list, or of a row of objects, as a list of arrays.
    """
    if _is_row_of_objects(X):
        X = list(X)
    if not isinstance(X, list | tuple):
        return X
    clips = [as_array(f"X[{i}]", clip) for i, clip in enumerate(X)]
    shapes = [clip.shape for clip in clips]
    other = next((i for i, s in enumerate(shapes) if s != shapes[0]), None)
    if other is not None:
        must = f"be equally long: {remedy}"
        if len(shapes[0]) == 2 and shapes[other][:1] == shapes[0][:1]:
            must = "have as many bins"
        raise ValueError(
            f"X[{other}] has the shape {shapes[other]}, but X[0] has {shapes[0]}, and "
            f"all clips must {must}."
        )
    return clips


def _is_row_of_objects(X):
    return getattr(X, "ndim", None) == 1 and X.dtype == object


def as_array(name, clip):
    """Return a clip or recording as an array, of whatever shape and type."""
    try:
        return np.asarray(clip)
    except ValueError as error:  # such as the pair that soundfile.read returns
        raise ValueError(f"{name} is no array of numbers, but must be one.") from error


def _refuse_no_clips(estimator, X):
    is_array = any(hasattr(X, name) for name in ("__array__", "__len__", "shape"))
    if not is_array or is_no_sequence(X):
        raise ValueError(
            f"X is {named(X)}, but {type(estimator).__name__} expects an array of "
            "clips."
        )
    is_row = isinstance(X, list | tuple) or getattr(X, "ndim", None) == 1
    path = next((row for row in X if is_path(row)), None) if is_row else None
    if path is not None:
        raise TypeError(
            f"X has paths, such as {path}, but {type(estimator).__name__} expects "
            "numbers: put LoadAudio() in front of the Pipeline."
        )


def is_no_sequence(X):
    """Tell text, a dict, such as a Bunch, the values of one, and a set."""
    # SciPy has a sparse array that is a dict, too.
    kinds = str | bytes | Mapping | ValuesView | Set
    return isinstance(X, kinds) and not hasattr(X, "shape")


def named(X):
    """Name what is no array of clips; of a loader's Bunch, say where these are."""
    if isinstance(X, Bunch):
        return "a Bunch, whose clips are X.data"
    return reprlib.repr(X)


def with_numpy_types(X):
    """Return X without the types of pandas and Python, whose range NumPy does not see.

    Nullable integers and objects would become floats, which are never scaled.
    """
    if isinstance(X, np.ndarray) and X.dtype == object and X.ndim > 1:
        return np.array(X.tolist())
    if hasattr(X, "columns") and len(set(X.dtypes)) == 1:
        dtype = getattr(next(iter(X.dtypes)), "numpy_dtype", None)
        if dtype is not None and dtype.kind in "iu" and not X.isna().any(axis=None):
            return X.astype(dtype)
    return X


def refuse_mixed_columns(X):
    """Refuse a table of integers among other types: each would scale otherwise."""
    types = sorted(set(map(str, X.dtypes))) if hasattr(X, "columns") else ()
    if len(types) > 1 and any("int" in name.lower() for name in types):
        raise ValueError(
            f"X has columns of the types {', '.join(types)}, which do not tell how "
            "loud a sample can be: give columns of one type, such as int16 or float32."
        )


def _of_one_type(clips):
    """Return clips; those of a list of several types each scaled as its own tells."""
    types = {clip.dtype for clip in clips} if isinstance(clips, list) else ()
    if len(types) < 2 or any(dtype.kind not in "biuf" for dtype in types):
        return clips
    for dtype in types:
        warn_of_scale(dtype)
    return [to_float32(clip) for clip in clips]


def forget(estimator, *names):
    """Delete what a former fit has set, where it has."""
    for name in names:
        vars(estimator).pop(name, None)


def _is_as_fitted(estimator, X, n_axes, dtypes):
    """Tell whether X is what the step before gives, with as many features as in fit.

    scikit-learn's checks of one clip would take as long as the whole network does.
    """
    return (
        type(X) is np.ndarray
        and X.dtype in dtypes
        and X.ndim == n_axes
        and len(X) > 0
        and X.shape[1] == getattr(estimator, "n_features_in_", 0)
        and not hasattr(estimator, "feature_names_in_")
    )


def _as_spectrograms(estimator, X):
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    elif X.ndim == 2:
        X = X[..., np.newaxis]
    if X.ndim != 3:
        raise ValueError(
            f"X has the shape {X.shape}, but {type(estimator).__name__} expects "
            "spectrograms of the shape (n_clips, n_frames, n_bins)."
        )
    if 0 in X.shape:
        raise ValueError(
            f"X has the shape {X.shape}, but {type(estimator).__name__} expects at "
            "least one frame and one bin."
        )
    check_finite_clips(X)
    return X


def check_finite_clips(X, most=np.inf):
    """Refuse NaN, infinity and what lies beyond `most`, and name the first clip."""
    if X.dtype.kind != "f":
        return
    # Two passes without temporaries say that all is well; NaN is in no range.
    if -most < X.min(initial=0) and X.max(initial=0) < most:
        return
    axes = tuple(range(1, X.ndim))
    bad = np.flatnonzero(~((-most < X) & (most > X)).all(axis=axes))
    if np.isnan(X[bad[0]]).any():
        what = "NaN"
    elif np.isinf(X[bad[0]]).any():
        what = "infinity"
    else:
        what = f"a number beyond {most:g}"
    raise ValueError(
        f"X contains {what} in clip {bad[0]} ({len(bad)} of {len(X)} clips have NaN, "
        "infinity or what is as large), but every value must be finite."
    )


def check_recordings(name, recordings, n_samples=1):
    """Return recordings as arrays, if they are numbers of one channel, long enough."""
    if isinstance(recordings, str) or not isinstance(recordings, Iterable):
        raise ValueError(f"{name} is {recordings!r}, but must be a list of recordings.")
    recordings = [as_array(f"{name}[{i}]", one) for i, one in enumerate(recordings)]
    for i, one in enumerate(recordings):
        if one.ndim != 1 or one.dtype.kind not in "iuf" or len(one) < n_samples:
            raise ValueError(
                f"{name}[{i}] has the shape {one.shape} and the type {one.dtype}, but "
                f"must be a recording of one channel of numbers, of {n_samples} "
                "samples at least."
            )
        check_scale(f"{name}[{i}]", one.dtype)
        check_finite(f"{name}[{i}]", one)
    return recordings
