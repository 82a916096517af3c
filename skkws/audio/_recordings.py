"""What may be given as recordings: paths, or waveforms."""

import reprlib
from numbers import Real

import numpy as np

from .._files import is_path
from .._validation import is_no_sequence, named


def as_recordings(X):
    """Return a list of paths or waveforms, or None if X is one numeric array."""
    if is_path(X):
        raise TypeError(f"X is the single path {X}, but must be a list of paths.")
    has_length = hasattr(X, "__len__") or hasattr(X, "__array__")
    is_scalar = not has_length or getattr(X, "shape", None) == ()
    if is_scalar or is_no_sequence(X):
        raise TypeError(
            f"X is {named(X)}, but must be a list, or an array, of paths or waveforms."
        )
    n_axes = len(getattr(X, "shape", ()))  # polars has no ndim
    if isinstance(X, list | tuple) or n_axes == 1:
        recordings = list(X)
        if not recordings:
            raise ValueError("X is empty, but must have at least one path or waveform.")
        is_list = isinstance(X, list | tuple)
        if not (is_list and all(isinstance(row, list | tuple) for row in recordings)):
            return recordings
        if len(set(map(len, recordings))) > 1:
            return recordings
        if any(map(_is_samples_with_rate, recordings)):
            return recordings
    # Tables, lists of lists and arrays of paths, of which one column can be meant;
    # scikit-learn judges everything else.
    has_rows = isinstance(X, list | tuple | np.ndarray) or hasattr(X, "columns")
    head = np.asarray(X[:2] if has_rows else ())
    if head.ndim > 1 and head.dtype.kind not in "biufc":
        if head.shape[1:] == (1,):
            column = np.asarray(X)[:, 0].tolist()  # in which the first may be missing
            return column if any(map(is_path, column)) else None
        is_text = np.reshape([is_path(value) for value in head.flat], head.shape)
        if is_text.any():
            raise TypeError(
                f"X has text in {is_text.any(axis=0).sum()} of {is_text[0].size} "
                "columns, but must be a list of paths, or numbers alone: give one "
                'column, such as X["file"] or X[:, 0].'
            )
    return None


def odd_ones(recordings):
    """Return {row: error} of what is no path among paths, and else no waveform."""
    paths_expected = any(map(is_path, recordings))
    errors = {}
    for i, recording in enumerate(recordings):
        if paths_expected and not is_path(recording):
            errors[i] = TypeError(
                f"X[{i}] is {reprlib.repr(recording)}, but must be a path like the "
                "others."
            )
        elif not paths_expected and _is_samples_with_rate(recording):
            errors[i] = ValueError(
                f"X[{i}] is a pair of samples and rate, but must be a path or a "
                "waveform: give the samples alone, and the rate as input_sr."
            )
        elif not paths_expected and _n_axes(recording) == 0:
            remedy = (
                " Reshape your data to (1, n_samples) if X is one waveform."
                if _is_number(recording)
                else ""
            )
            errors[i] = ValueError(
                f"X[{i}] is {reprlib.repr(recording)}, but must be a path or a "
                f"waveform.{remedy}"
            )
    return errors


def _n_axes(recording):
    try:
        return np.ndim(recording)
    except ValueError:  # rows of different lengths, which its reading refuses
        return 1


def _is_number(value):
    return isinstance(value, Real) and value == value


def _is_samples_with_rate(recording):
    """Tell what soundfile.read and librosa.load return from a waveform."""
    return (
        isinstance(recording, tuple)
        and len(recording) == 2
        and _n_axes(recording[0]) > 0
        and isinstance(recording[1], Real)
    )


def is_one_waveform(X):
    """Tell whether the rows of X are numbers: one waveform, and not many recordings."""
    if getattr(getattr(X, "dtype", None), "kind", "O") in "biuf":
        return True
    return any(map(_is_number, X))
