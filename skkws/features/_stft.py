"""Short-time Fourier transform of batches of waveforms, as pure functions."""

import reprlib
from functools import lru_cache

import numpy as np
from scipy.fft import rfft


def window_samples(window, win_length, n_fft):
    """Sample a window and centre it in `n_fft` zeros.

    Parameters
    ----------
    window : str, tuple or array-like of shape (win_length,)
        What :func:`scipy.signal.get_window` takes, or the samples themselves. A
        name ending in ``_symmetric`` or ``_periodic`` says which of the two
        is meant; without an ending it is the periodic one.
    win_length : int
        Length of the window in samples.
    n_fft : int
        Length of the frame in samples, at least `win_length`.

    Returns
    -------
    ndarray, shape (n_fft,)
        The window as float32.

    Raises
    ------
    ValueError
        If the window is unknown or has another length.

    Examples
    --------
    >>> window_samples("hann_symmetric", 3, 4)
    array([0., 1., 0., 0.], dtype=float32)
    """
    samples = _named_window(window, win_length)
    if samples is None:
        try:
            samples = np.asarray(window)
        except ValueError:  # of different lengths
            samples = np.empty(())
    most = np.finfo(np.float32).max
    is_real = samples.dtype.kind in "iuf" and (np.abs(samples) <= most).all()
    if not is_real or samples.shape != (win_length,):
        raise ValueError(
            f"window is {reprlib.repr(window)}, but must be a window that "
            "scipy.signal.get_window knows, such as 'hann', or an array of "
            f"win_length ({win_length}) finite numbers."
        )
    centred = np.zeros(n_fft, dtype=np.float32)
    start = (n_fft - win_length) // 2
    centred[start : start + win_length] = samples
    centred.flags.writeable = False
    return centred


def _named_window(window, win_length):
    """Return the samples of a window of SciPy's, None for anything else."""
    parts = (window,) if isinstance(window, str) else window
    if not isinstance(parts, (tuple, list)):
        return None
    if not parts or not isinstance(parts[0], str):
        return None
    try:
        # The cache needs what can be hashed.
        shape = [tuple(p) if isinstance(p, list | np.ndarray) else p for p in parts]
        return _window_of_scipy(win_length, *shape)
    except (ValueError, TypeError, ArithmeticError):  # of a shape that is no number
        return None


@lru_cache(maxsize=16)
def _window_of_scipy(win_length, name, *shape):
    """Sample a window, once: for one clip that is a quarter of the front end."""
    from scipy.signal import get_window

    # Only recent releases of SciPy read these endings themselves.
    stem = name.removesuffix("_symmetric").removesuffix("_periodic")
    symmetric = name.endswith("_symmetric")
    with np.errstate(all="ignore"):  # what is no number is refused
        return get_window((stem, *shape), win_length, fftbins=not symmetric)


def pad_for_frames(waveforms, n_fft, *, center, pad_mode):
    """Pad waveforms so that they hold at least one frame.

    Parameters
    ----------
    waveforms : ndarray, shape (n_clips, n_samples)
        Waveforms.
    n_fft : int
        Length of a frame in samples.
    center : bool
        Whether half a frame is added on both sides, so that frame t is centred
        on sample ``t * hop_length``.
    pad_mode : str
        How :func:`numpy.pad` fills what `center` adds.

    Returns
    -------
    ndarray, shape (n_clips, n_padded_samples)
        The waveforms; themselves where there is nothing to add.
    """
    if center and n_fft > 1:
        sides = ((0, 0), (n_fft // 2, n_fft // 2))
        waveforms = np.pad(waveforms, sides, mode=pad_mode)
    missing = n_fft - waveforms.shape[1]
    if missing > 0:
        waveforms = np.pad(waveforms, ((0, 0), (0, missing)))
    return waveforms


def count_frames(n_samples, n_fft, hop_length, *, center):
    """Count the frames of a waveform, at least one."""
    padded = n_samples + (2 * (n_fft // 2) if center else 0)
    return 1 + max(0, padded - n_fft) // hop_length


def frame_waveforms(waveforms, n_fft, hop_length):
    """Cut waveforms into overlapping frames without copying.

    Parameters
    ----------
    waveforms : ndarray, shape (n_clips, n_samples)
        Waveforms of at least `n_fft` samples.
    n_fft, hop_length : int
        Length of a frame, and from one frame's start to the next, in samples.

    Returns
    -------
    ndarray, shape (n_clips, n_frames, n_fft)
        A read-only view.
    """
    n_clips, n_samples = waveforms.shape
    per_clip, per_sample = waveforms.strides
    return np.lib.stride_tricks.as_strided(
        waveforms,
        shape=(n_clips, 1 + (n_samples - n_fft) // hop_length, n_fft),
        strides=(per_clip, hop_length * per_sample, per_sample),
        writeable=False,
    )


def power_spectrum(frames, window, work=None):
    """Compute the squared magnitude of the Fourier transform of frames.

    Parameters
    ----------
    frames : ndarray, shape (n_clips, n_frames, n_fft)
        Frames as float32.
    window : ndarray, shape (n_fft,)
        What the frames are multiplied with.
    work : ndarray, shape (at least frames.size,), optional
        Memory to work in, as float32, for callers with many frames to come.

    Returns
    -------
    ndarray, shape (n_clips, n_frames, n_fft // 2 + 1)
        Power as float32, in `work`.
    """
    if work is None:
        work = np.empty(frames.size, dtype=np.float32)
    windowed = work[: frames.size].reshape(frames.shape)
    np.multiply(frames, window, out=windowed)
    transform = rfft(windowed, axis=-1)
    # The windowed frames have served: their memory, still in the processor's cache,
    # takes up the power. Real and imaginary parts are squared as neighbouring reals,
    # which is faster than numpy's complex arithmetic.
    power = work[: transform.size].reshape(transform.shape)
    parts = transform.view(np.float32)
    np.square(parts, out=parts)
    return np.add(parts[..., ::2], parts[..., 1::2], out=power)


def raise_power(spectrum, power):
    """Turn a power spectrum into the magnitude raised to `power`, in place."""
    if power == 1:
        np.sqrt(spectrum, out=spectrum)
    elif power != 2:
        np.power(spectrum, np.float32(power / 2), out=spectrum)
    return spectrum


def compress(spectrum, log, *, power, amin):
    """Take the logarithm of a spectrum in place.

    Parameters
    ----------
    spectrum : ndarray, shape (n_clips, n_frames, n_bins)
        Magnitudes raised to `power`.
    log : {"ln", "db", None}
        Natural logarithm, decibels, or the spectrum as it is.
    power : float
        Decibels are ten times the logarithm of power (2), which is twenty times
        that of magnitude (1).
    amin : float
        Smaller values count as this one.

    Returns
    -------
    ndarray, shape (n_clips, n_frames, n_bins)
        The same array.
    """
    if log is None:
        return spectrum
    np.maximum(spectrum, floor_of(amin), out=spectrum)
    if log == "ln":
        return np.log(spectrum, out=spectrum)
    np.log10(spectrum, out=spectrum)
    return np.multiply(spectrum, np.float32(20 / power), out=spectrum)


def floor_of(amin):
    """Return the least value whose logarithm is taken, not rounded to zero."""
    return np.float32(max(amin, np.finfo(np.float32).tiny))


def limit_range(decibels, top_db):
    """Raise what lies more than `top_db` under the clip's loudest bin, in place."""
    floors = decibels.max(axis=(1, 2), keepdims=True) - np.float32(top_db)
    return np.maximum(decibels, floors, out=decibels)
