"""What may be given as recordings: paths, or waveforms."""

import os

import numpy as np


def as_recordings(X):
    """Return a list of paths or waveforms, or None if X is one numeric array."""
    if is_path(X):
        raise TypeError(f"X is the single path {X}, but must be a list of paths.")
    if not any(hasattr(X, name) for name in ("__len__", "__array__", "shape")):
        raise TypeError(
            f"X is {X!r}, but must be a list, or an array, of paths or waveforms."
        )
    n_axes = len(getattr(X, "shape", ()))  # polars has no ndim
    if isinstance(X, list | tuple) or n_axes == 1:
        recordings = list(X)
        if not recordings:
            raise ValueError("X is empty, but must have at least one path or waveform.")
        if not all(isinstance(row, list | tuple) for row in recordings):
            return recordings
        if len(set(map(len, recordings))) > 1:
            return recordings
    # Tables, lists of lists and arrays of paths; scikit-learn judges everything else.
    has_rows = isinstance(X, list | tuple | np.ndarray) or hasattr(X, "columns")
    head = np.asarray(X[:1] if has_rows else ())
    if head.ndim > 1 and head.size and is_path(head.flat[0]):
        raise TypeError(
            f"X has paths in {head.shape[1]} column(s), but must be a list of paths: "
            'give one column, such as X["file"] or X[:, 0].'
        )
    return None


def odd_ones(recordings):
    """Return {row: error} of what is no path among paths, and else no waveform."""
    paths_expected = any(map(is_path, recordings))
    errors = {}
    for i, recording in enumerate(recordings):
        if paths_expected and not is_path(recording):
            errors[i] = TypeError(
                f"X[{i}] is {recording!r}, but must be a path like the others."
            )
        if not paths_expected and np.ndim(recording) == 0:
            errors[i] = ValueError(
                f"X[{i}] is {recording!r}, but must be a path or a waveform. Reshape "
                "your data to (1, n_samples) if X is one waveform."
            )
    return errors


def is_path(value):
    """Tell whether something is a path, a str or path-like."""
    return isinstance(value, str | os.PathLike)
