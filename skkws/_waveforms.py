"""Arithmetic on waveforms."""

import math
from numbers import Real

import numpy as np

from ._parameters import check_count
from ._warnings import warn_user


def to_float32(waveforms):
    """Turn waveforms of any numeric type into float32.

    Integers are divided by their type's full range, so that 16-bit samples end up
    in [-1, 1); unsigned ones, as in 8-bit WAV files, are centred first. Floats are
    taken as they are, and so are integers of 64 bits, which no recording has: their
    type does not tell which number is the loudest.

    Parameters
    ----------
    waveforms : ndarray, any shape
        Samples.

    Returns
    -------
    ndarray, same shape
        Samples as float32; the input itself when it is float32 already.

    Examples
    --------
    >>> import numpy as np
    >>> to_float32(np.array([-32768, 0, 16384], dtype="int16"))
    array([-1. ,  0. ,  0.5], dtype=float32)
    """
    waveforms = np.asarray(waveforms)
    half_range = half_range_of(waveforms.dtype)
    if half_range is None:
        return waveforms.astype(np.float32, copy=False)
    scaled = waveforms.astype(np.float32)
    if waveforms.dtype.kind == "u":
        scaled -= np.float32(half_range)
    scaled *= np.float32(1 / half_range)
    return scaled


def half_range_of(dtype):
    """Return half the range of a type of samples; None if they are taken as they are.

    Examples
    --------
    >>> import numpy as np
    >>> half_range_of(np.dtype("int16"))
    32768.0
    """
    if dtype.kind not in "iu" or dtype.itemsize > 4:
        return None
    return 2.0 ** (8 * dtype.itemsize - 1)


def check_scale(name, dtype):
    """Refuse integers whose type does not tell which number is the loudest."""
    if _tells_no_scale(dtype):
        raise ValueError(
            f"{name} is of the type {dtype}, but must be floats or integers of at most "
            "32 bits, whose type tells which number is the loudest."
        )


def warn_of_scale(dtype):
    """Warn of integers that are taken as they are, although samples rarely are so."""
    if _tells_no_scale(dtype):
        warn_user(
            f"X is of the type {dtype}, which does not tell the loudest number: its "
            "samples are taken as they are, and not scaled to [-1, 1] as those of "
            "int16 are. Give X.astype('int16'), or floats."
        )


def _tells_no_scale(dtype):
    return dtype.kind in "iu" and half_range_of(dtype) is None


def to_int16(waveforms):
    """Turn waveforms into 16-bit integers, the inverse of `to_float32`.

    Parameters
    ----------
    waveforms : ndarray, any shape
        Samples: int16, or floats of which what lies outside [-1, 1) is clipped.

    Returns
    -------
    ndarray, same shape
        Samples as int16; the input itself when it is int16 already.

    Examples
    --------
    >>> import numpy as np
    >>> to_int16(np.array([-1.0, 0.0, 0.5, 2.0]))
    array([-32768,      0,  16384,  32767], dtype=int16)
    """
    waveforms = np.asarray(waveforms)
    if waveforms.dtype == np.int16:
        return waveforms
    scaled = np.rint(to_float32(waveforms) * np.float32(32768))
    return np.clip(scaled, -32768, 32767).astype(np.int16)


def clip_length(duration, sr):
    """Return the length of a clip in samples.

    Parameters
    ----------
    duration : float
        Its length in seconds.
    sr : int
        Its rate in Hz.

    Returns
    -------
    int
        Its length in samples, at least one.

    Raises
    ------
    ValueError
        If one of them is not positive, or the clip is shorter than a sample.

    Examples
    --------
    >>> clip_length(0.5, 16000)
    8000
    """
    sr = check_count("sr", sr, "Hz")
    is_real = isinstance(duration, Real) and not isinstance(duration, bool)
    if not is_real or not 1 <= round(duration * sr, 6) < math.inf:
        raise ValueError(
            f"duration is {duration!r}, but must be a positive number of seconds, at "
            f"least one sample ({1 / sr:g} s)."
        )
    return round(duration * sr)


# Seconds to read beyond the end of a clip before it is resampled: the resampler's
# filter then meets the samples that follow, as if the whole recording had been
# resampled (from .05 s on the same to 1e-7 for rates from 4 to 96 kHz).
RESAMPLE_MARGIN = 0.1


def to_clip(samples, rate, *, sr, n_samples):
    """Cut the start of a recording out as one channel at another rate.

    Parameters
    ----------
    samples : ndarray, shape (n,) or (n, n_channels)
        A recording of any numeric type.
    rate : int
        Its rate in Hz.
    sr : int
        Rate of the clip in Hz.
    n_samples : int
        Longest length of the clip in samples; a shorter recording is not padded.

    Returns
    -------
    ndarray, shape (at most n_samples,)
        The mean of the channels: in the type it came in where there is nothing
        to compute, else as float32.

    Examples
    --------
    >>> import numpy as np
    >>> to_clip(np.array([[0.5, -0.5], [1, 0]]), 8000, sr=8000, n_samples=3)
    array([0. , 0.5], dtype=float32)
    """
    samples = samples[: math.ceil((n_samples / sr + RESAMPLE_MARGIN) * rate)]
    if samples.ndim == 2:
        samples = to_float32(samples).mean(axis=1)
    if rate != sr:
        import soxr  # most recordings have the right rate

        length = math.ceil(len(samples) * sr / rate)
        samples = soxr.resample(to_float32(samples), rate, sr, quality="HQ")
        # At most one sample more or less, as librosa has it.
        samples = np.pad(samples[:length], (0, max(0, length - len(samples))))
    return samples[:n_samples]


# Widest ratio of word to noise in dB, either way: more is beyond what any recording
# holds, and what float32 can square.
SNR_LIMIT = 200

# How much quieter than its loudest frame a word still is, in dB: the weakest consonants
# have a 680th of the power of the strongest vowel, 28 dB less (H. Fletcher, "Speech and
# Hearing in Communication", 1953), and all but those are to count.
ACTIVE_RANGE = 25


def active_part(waveform, frame_length=None):
    """Find where a clip is loud, and how loud it is there.

    Parameters
    ----------
    waveform : ndarray, shape (n_samples,)
        Samples as float32.
    frame_length : int, default=None
        Samples over which the power is averaged; None means a fiftieth of the clip,
        20 ms of a second.

    Returns
    -------
    first, last : int
        The samples from the first loud frame up to the end of the last one.
    level : float
        Root mean square of the loud frames.

    Examples
    --------
    >>> import numpy as np
    >>> active_part(np.array([0, 0, 1, -1, 0, 0], dtype="float32"), 2)
    (2, 4, 1.0)
    """
    if frame_length is None:
        frame_length = -(-len(waveform) // 50)
    padded = np.pad(waveform, (0, -len(waveform) % frame_length))
    power = np.square(padded).reshape(-1, frame_length).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() * 10 ** (-ACTIVE_RANGE / 10))
    first, last = int(loud[0]), int(loud[-1]) + 1
    level = float(np.sqrt(power[loud].mean()))
    return first * frame_length, min(len(waveform), last * frame_length), level
