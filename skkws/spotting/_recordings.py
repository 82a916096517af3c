"""Recordings of any length and rate, as blocks of samples at the rate wanted."""

import math

import numpy as np

from .._files import (
    check_duration,
    check_finite,
    duration_of,
    is_path,
    read_blocks,
)
from .._warnings import warn_user
from .._waveforms import check_scale, to_float32
from ._steps import first_in

BLOCK = 1.0  # seconds read at once

# Floats beyond are not on the scale from -1 to 1, but on that of integers.
LOUD = 1000.0

# More channels than this, and more than samples, are samples the wrong way round.
MOST_CHANNELS = 64


class Resampler:
    """Convert a stream of samples to another rate, whatever its chunks are.

    Parameters
    ----------
    input_sr, sr : int
        Rate of what comes and of what is wanted in Hz.
    """

    def __init__(self, input_sr, sr):
        self._stream = None
        if input_sr != sr:
            import soxr

            self._stream = soxr.ResampleStream(input_sr, sr, 1, quality="HQ")

    def __call__(self, samples, last=False):
        """Return the converted samples that are known by now, all of them if `last`."""
        if self._stream is None:
            return samples
        return self._stream.resample_chunk(samples, last=last)


def warn_of_low_rate(classifier, name, sr, own_sr):
    """Warn of a recording without the highest frequencies that a classifier hears."""
    first = first_in(classifier)
    highest = getattr(first, "fmax", None) or own_sr / 2
    if sr / 2 >= highest:
        return
    remedy = f", or with fmax={sr / 2:g}" if hasattr(first, "fmax") else ""
    warn_user(
        f"{name} has {sr} Hz, and so no frequency above {sr / 2:g} Hz, but the "
        f"classifier listens up to {highest:g} Hz: it hears well only what it has "
        f"learnt from such recordings{remedy}."
    )


def check_chunk(name, chunk):
    """Return samples of any type and number of channels as one channel, float32."""
    return _one_channel(name, samples_of(name, chunk))


def _one_channel(name, chunk):
    check_finite(name, chunk)
    loudest = np.abs(chunk).max(initial=0) if chunk.dtype.kind == "f" else 0
    if loudest > LOUD:
        warn_user(
            f"{name} has floats beyond {LOUD:g}, but is taken to be from -1 to 1: give "
            "integers of 16 bits as they are, or divided by 32768."
        )
    samples = to_float32(chunk)
    if samples.ndim == 1:
        return samples
    # Sums round otherwise where channels lie elsewhere in memory.
    return np.ascontiguousarray(samples).mean(axis=1)


def samples_of(name, samples):
    """Return an array, if it has the shape and type of samples."""
    try:
        samples = np.asarray(samples)
    except ValueError:  # of different lengths, such as (samples, rate)
        raise ValueError(
            f"{name} is a {type(samples).__name__} of parts of different shapes, but "
            "must be an array of samples; its rate is given as sr."
        ) from None
    kind, shape = samples.dtype, samples.shape
    if kind.kind not in "iuf" or len(shape) not in (1, 2):
        raise ValueError(
            f"{name} is of the type {kind} and the shape {shape}, but must be numbers "
            "of the shape (n_samples,) or (n_samples, n_channels)."
        )
    check_scale(name, kind)
    if len(shape) == 2 and not 1 <= shape[1] <= max(MOST_CHANNELS, shape[0]):
        raise ValueError(
            f"{name} has the shape {shape}, but must have the shape (n_samples, "
            "n_channels)."
        )
    return samples


def name_of(recording, name="The recording"):
    """Return what a recording is called in messages: a file by its path."""
    return str(recording) if is_path(recording) else name


def blocks_of(recording, sr, name="The recording"):
    """Yield a recording as (block, rate, number of blocks).

    Parameters
    ----------
    recording : str, path-like or array-like
        A path, or samples of the shape (n,) or (n, n_channels).
    sr : int
        Rate of samples that are no file, in Hz.
    name : str, default="The recording"
        What such samples are called if they cannot be used.

    Yields
    ------
    block : ndarray, shape (n_samples,)
        Samples as float32, at the rate that follows.
    rate : int
        Their rate in Hz.
    n_blocks : int
        How many blocks there are.

    Raises
    ------
    FileNotFoundError, IsADirectoryError, PermissionError, ValueError
        If the recording cannot be read, has no samples, or holds NaN or infinity.
    """
    if is_path(recording):
        for samples, rate, n_blocks in read_blocks(recording, BLOCK):
            yield _one_channel(name_of(recording), samples), rate, n_blocks
        return
    recording = samples_of(name, recording)
    check_duration(name, len(recording), sr, None)
    size = max(1, round(BLOCK * sr))
    for start in range(0, len(recording), size):
        block = _one_channel(name, recording[start : start + size])
        yield block, sr, math.ceil(len(recording) / size)


def seconds_of(recording, sr, name="The recording"):
    """Return the length of a recording in seconds; the rest as for `blocks_of`."""
    if is_path(recording):
        return duration_of(recording)
    recording = samples_of(name, recording)
    check_duration(name, len(recording), sr, None)
    return len(recording) / sr
