"""Reading of sound files; what cannot be read is named in one sentence."""

import math
import os
import re

import numpy as np
from joblib import Parallel, delayed
from sklearn.utils import gen_batches

# Longest recording in seconds that passes for a clip: an hour among words is a
# mistake, and would cost its whole length in time and memory.
MAX_DURATION = 60.0

# Bytes in the header of a WAV file written to a pipe: 0x7ffff000 and up.
STREAMED = 0x7FFFF000


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
        If it is empty, has no samples, cannot be decoded, is too long, or holds
        NaN or infinity.
    """
    import soundfile

    try:
        with soundfile.SoundFile(path) as file:
            sr = file.samplerate
            check_duration(path, file.frames, sr, max_duration)
            _check_complete(path, file.extra_info)
            if dtype is None:
                dtype = "int16" if file.subtype == "PCM_16" else "float32"
            file.seek(start)
            n_samples = -1 if seconds is None else math.ceil(seconds * sr)
            samples = file.read(n_samples, dtype=dtype)
    except (soundfile.LibsndfileError, TypeError) as error:  # TypeError: *.raw
        raise _diagnose(path) from error
    check_finite(path, samples)
    return samples, sr


def _check_complete(path, header_log):
    """Refuse a file that ends before what its header promises.

    A recorder that writes to a pipe cannot know the length and promises everything.
    """
    for promised, found in re.findall(r"data : (\d+) \(should be (\d+)\)", header_log):
        if int(found) < int(promised) < STREAMED:
            raise ValueError(
                f"{path} is cut off: its header promises {promised} bytes of samples, "
                f"but {found} follow."
            )


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
    """Refuse a recording with NaN or infinity."""
    if samples.dtype.kind == "f" and not np.isfinite(samples).all():
        raise ValueError(
            f"{name} contains NaN or infinity, but every sample must be finite."
        )


def _diagnose(path):
    """Return the error that tells why soundfile could not read a path."""
    if not os.path.exists(path):
        return FileNotFoundError(f"{path} does not exist.")
    if os.path.isdir(path):
        return IsADirectoryError(f"{path} is a directory, but must be a sound file.")
    if not os.access(path, os.R_OK):
        return PermissionError(f"{path} may not be read: permission denied.")
    if os.path.getsize(path) == 0:
        return ValueError(f"{path} is empty (0 bytes), but must be a sound file.")
    return ValueError(
        f"{path} cannot be decoded: it is corrupt or in a format that soundfile "
        "does not read."
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
    Parallel(n_jobs=n_jobs, require="sharedmem")(
        delayed(fill)(batch) for batch in gen_batches(len(rows), 64)
    )
