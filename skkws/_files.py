"""Reading of sound files: what fails is named in one sentence."""

import math
import os
from typing import NamedTuple

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils import gen_batches

from ._parameters import check_jobs, check_real
from ._sound_file import opened, own_dtype, skip

# Longest recording in seconds that passes for a clip: an hour among words is a
# mistake, and would cost its whole length in time and memory.
MAX_DURATION = 60.0

# Louder samples than any, whose power float32 can still sum over a frame. Not a number
# of Python's, which NumPy would cast to float16 to compare, where it is infinite.
LOUDEST = np.float64(1e15)


def is_path(value):
    """Tell whether something is a path, a str or path-like."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)  # which may be bytes
    return isinstance(value, str)


def read_sound(path, *, dtype=None, start=0, seconds=None, max_duration=None):
    """Read a sound file, or a stretch of it.

    Parameters
    ----------
    path : str or path-like
        A file in any format that soundfile reads.
    dtype : {"int16", "float32"} or None, default=None
        Type of the samples; None takes int16 where the file holds 16-bit PCM, which
        is exact and half as large, and float32 elsewhere.
    start : int, default=0
        First sample to read.
    seconds : float or None, default=None
        Length to read, in seconds, at most; None reads to the end. What is not
        read is not checked.
    max_duration : float or None, default=None
        Longest duration in seconds that the file may have; None for any.

    Returns
    -------
    samples : ndarray, shape (n_samples,) or (n_samples, n_channels)
        Samples; floats are in [-1, 1].
    sr : int
        Rate in Hz.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    IsADirectoryError
        If it is a directory.
    PermissionError
        If it may not be read.
    ValueError
        If it is empty, has no samples, cannot be decoded, ends before its header
        says, is too long, or holds NaN or infinity.
    """
    with opened(path) as file:
        sr = file.samplerate
        check_duration(path, file.frames, sr, max_duration)
        if start:  # files of telephony cannot seek, not even to where they are
            skip(file, start)
        n_samples = file.frames - start
        if seconds is not None:
            n_samples = min(n_samples, math.ceil(seconds * sr))
        samples = file.read(n_samples, dtype=dtype or own_dtype(file))
        _check_read(path, start + len(samples), start + n_samples, file.frames)
    check_finite(path, samples)
    return samples, sr


def read_blocks(path, seconds):
    """Read a sound file of any length, block by block.

    Parameters
    ----------
    path : str or path-like
        A file in any format that soundfile reads.
    seconds : float
        Length of a block.

    Yields
    ------
    samples : ndarray, shape (n_samples,) or (n_samples, n_channels)
        The samples of a block, as `read_sound` gives them.
    sr : int
        Rate in Hz.
    n_blocks : int
        How many blocks the file has.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError, ValueError
        As `read_sound`.
    """
    with opened(path) as file:
        sr, n_samples, dtype = file.samplerate, file.frames, own_dtype(file)
        check_duration(path, n_samples, sr, None)
        size = max(1, round(seconds * sr))
        n_blocks = math.ceil(n_samples / size)
        for i in range(n_blocks):
            end = min(n_samples, (i + 1) * size)
            samples = file.read(end - i * size, dtype=dtype)
            _check_read(path, i * size + len(samples), end, n_samples)
            check_finite(path, samples)
            yield samples, sr, n_blocks


class Header(NamedTuple):
    """What the header of a sound file tells."""

    frames: int
    samplerate: int


def header_of(path):
    """Read the header of a sound file."""
    with opened(path) as file:
        return Header(file.frames, file.samplerate)


def duration_of(path):
    """Return the length of a sound file in seconds, as its header tells."""
    header = header_of(path)
    return header.frames / header.samplerate


def _check_read(path, end, expected_end, promised):
    """Refuse a file of which less could be read than its header promises."""
    if end < expected_end:
        raise ValueError(
            f"{path} is cut off: its header promises {promised} samples, but "
            f"{end} can be read."
        )


def check_max_duration(max_duration):
    """Refuse a longest duration that is no number of seconds; None is no limit."""
    if max_duration is not None:
        expected = "a positive number of seconds, or None"
        check_real("max_duration", max_duration, expected, above=0)


def check_duration(name, n_samples, sr, max_duration):
    """Refuse a recording without samples or one that is too long."""
    if n_samples == 0:
        raise ValueError(f"{name} has no samples.")
    if max_duration is not None and n_samples / sr > max_duration:
        raise ValueError(
            f"{name} lasts {n_samples / sr:.1f} s, but max_duration is "
            f"{max_duration:g} s."
        )


def check_finite(name, samples):
    """Refuse a recording with NaN, infinity or what comes near to it."""
    if samples.dtype.kind == "f" and not np.abs(samples).max(initial=0) < LOUDEST:
        raise ValueError(
            f"{name} contains NaN or infinity, or a number beyond {LOUDEST:g}, but "
            "every sample must be finite."
        )


def fill_rows(rows, load, *, n_jobs=None):
    """Write each `load(i)` at the start of row i.

    Parameters
    ----------
    rows : ndarray, shape (n_rows, n_samples)
        Filled in place; what a shorter recording does not reach stays as it is.
    load : callable
        Takes a row number, returns an ndarray of the shape (at most n_samples,).
    n_jobs : int or None, default=None
        Number of threads. They share `rows`, and decoders and resamplers run
        without Python's lock.
    """

    def fill(batch):
        for i in range(batch.start, batch.stop):
            samples = load(i)
            rows[i, : len(samples)] = samples

    # Batches, as handing out a task costs about as much as reading a short clip.
    Parallel(n_jobs=check_jobs(n_jobs), require="sharedmem")(
        delayed(fill)(batch) for batch in gen_batches(len(rows), 64)
    )
