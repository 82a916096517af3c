"""The way from waveforms to spectrograms within bounded memory."""

from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from types import SimpleNamespace

import numpy as np
from scipy.fft import next_fast_len

from .._parameters import check_choice, check_count, check_real
from .._waveforms import to_float32
from ._blocks import slices
from ._mel import apply_mel, mel_groups
from ._stft import (
    compress,
    count_frames,
    frame_waveforms,
    limit_range,
    pad_for_frames,
    power_spectrum,
    raise_power,
    window_samples,
)

PAD_MODES = ("constant", "edge", "reflect", "symmetric")
# Those of `LogSpectrogram` that say what a spectrogram is.
PARAMETERS = (
    "sr",
    "n_fft",
    "win_length",
    "hop_length",
    "window",
    "center",
    "pad_mode",
    "n_mels",
    "fmin",
    "fmax",
    "htk",
    "norm",
    "power",
    "log",
    "amin",
    "top_db",
    "max_memory",
)


@dataclass(frozen=True)
class FrontEnd:
    """The parameters of `LogSpectrogram` with every None made a value."""

    n_fft: int
    hop_length: int
    window: np.ndarray
    center: bool
    pad_mode: str
    mel: list | None
    n_bins: int
    power: float
    log: str | None
    amin: float
    top_db: float | None
    max_bytes: float

    def output_shape(self, X):
        """Return (n_clips, n_frames, n_bins)."""
        n_frames = count_frames(
            X.shape[1], self.n_fft, self.hop_length, center=self.center
        )
        return len(X), n_frames, self.n_bins

    def frames_at_once(self, X):
        """Count the frames whose intermediate results fit in `max_bytes`."""
        windowed = 4 * self.n_fft
        transform = 8 * (self.n_fft // 2 + 1)
        n_clips, n_frames, _ = self.output_shape(X)
        # Three float32 copies of the samples: converted, padded, and for the frames.
        samples = 12 * (self.hop_length + 2 * self.n_fft / n_frames)
        return max(1, int(self.max_bytes // (windowed + transform + samples)))

    def fill(self, X, out):
        """Write the spectrograms of the waveforms X into `out`.

        Many short clips go together, a long clip goes in parts.
        """
        n_frames = out.shape[1]
        at_once = self.frames_at_once(X)
        work = np.empty(min(at_once, len(X) * n_frames) * self.n_fft, np.float32)
        for clips in slices(len(X), max(1, at_once // n_frames)):
            waveforms = self._pad(X[clips])
            for part in slices(n_frames, at_once):
                self._fill_frames(waveforms, part, out[clips, part], work)
            del waveforms  # before there is a second one
            if self.top_db is not None:
                limit_range(out[clips], self.top_db)

    def _pad(self, X):
        if self.center or X.shape[1] < self.n_fft:
            return pad_for_frames(
                to_float32(X), self.n_fft, center=self.center, pad_mode=self.pad_mode
            )
        return X

    def _fill_frames(self, waveforms, part, out, work):
        first = part.start * self.hop_length
        last = (part.stop - 1) * self.hop_length + self.n_fft
        # Overlapping frames of samples that come straight from main memory take longer
        # than a copy first, which the processor reads ahead for, and frames of that.
        samples = to_float32(waveforms[:, first:last].copy())
        frames = frame_waveforms(samples, self.n_fft, self.hop_length)
        spectrum = raise_power(power_spectrum(frames, self.window, work), self.power)
        if self.mel is None:
            out[...] = spectrum
        else:
            apply_mel(spectrum, self.mel, out)
        compress(out, self.log, power=self.power, amin=self.amin)


def front_end_of(step):
    """Check the parameters of a `LogSpectrogram` and give every None its value."""
    values = [getattr(step, name) for name in PARAMETERS]
    try:
        return _remembered(*values)
    except TypeError:  # a window may be a list or an array, which has no hash
        return _checked(step)


@lru_cache(maxsize=16, typed=True)
def _remembered(*values):
    """Check parameters once: for one clip that is a tenth of the front end."""
    return _checked(SimpleNamespace(**dict(zip(PARAMETERS, values, strict=True))))


def _checked(step):
    sr = check_count("sr", step.sr, "samples a second")
    n_fft, win_length = _frame_lengths(step, sr)
    if step.hop_length is None:
        hop_length = max(1, round(0.010 * sr))
    else:
        hop_length = check_count("hop_length", step.hop_length, "samples")
    check_choice("center", step.center, (False, True))
    check_choice("pad_mode", step.pad_mode, PAD_MODES)
    # The tenth power of a spectrum of samples up to 1 is what float32 can hold.
    power = check_real(
        "power", step.power, "a positive number up to 10", above=0, most=10
    )
    check_choice("log", step.log, ("ln", "db", None))
    amin = 1e-10 ** (power / 2)
    if step.amin is not None:
        most = float(np.finfo(np.float32).max)
        expected = f"a positive number up to {most:.2g}, as float32 holds"
        amin = check_real("amin", step.amin, expected, above=0, most=most)
    if step.top_db is not None:
        check_real("top_db", step.top_db, "a positive number of dB", above=0)
        if step.log != "db":
            raise ValueError(
                f"top_db is {step.top_db!r}, but log is {step.log!r}, and only "
                "log='db' has a range in dB to limit."
            )
    max_memory = check_real(
        "max_memory", step.max_memory, "a positive number of megabytes", above=0
    )
    mel = _mel_filters(step, sr, n_fft)
    return FrontEnd(
        n_fft=n_fft,
        hop_length=hop_length,
        window=window_samples(step.window, win_length, n_fft),
        center=step.center,
        pad_mode=step.pad_mode,
        mel=mel,
        n_bins=n_fft // 2 + 1 if mel is None else int(step.n_mels),
        power=power,
        log=step.log,
        amin=amin,
        top_db=step.top_db,
        max_bytes=max_memory * 1e6,
    )


def _frame_lengths(step, sr):
    """Return n_fft and win_length."""
    if step.win_length is not None:
        win_length = check_count("win_length", step.win_length, "samples")
    elif step.n_fft is not None:
        win_length = check_count("n_fft", step.n_fft, "samples")
    else:
        win_length = max(1, round(0.025 * sr))
    if step.n_fft is None:
        return next_fast_len(win_length, real=True), win_length
    n_fft = check_count("n_fft", step.n_fft, "samples")
    if win_length > n_fft:
        raise ValueError(
            f"win_length is {win_length}, but must be at most n_fft, which is {n_fft}."
        )
    return n_fft, win_length


def _mel_filters(step, sr, n_fft):
    """Return the mel filters, None for linear bins."""
    if step.n_mels is None:
        return None
    n_mels = check_count("n_mels", step.n_mels, "mel filters, or None")
    check_choice("htk", step.htk, (False, True))
    fmax = sr / 2
    if step.fmax is not None:
        at_most = f"a positive number of Hz up to half the sampling rate, {fmax:g}"
        fmax = check_real("fmax", step.fmax, at_most, above=0, most=fmax)
    below = f"a number of Hz from 0 to below fmax, {fmax:g}"
    fmin = check_real("fmin", step.fmin, below, least=0)
    if fmin >= fmax:
        raise ValueError(f"fmin is {step.fmin!r}, but must be {below}.")
    is_known = isinstance(step.norm, str | Real) and step.norm in ("slaney", np.inf)
    if step.norm is not None and not is_known:
        check_real("norm", step.norm, "'slaney', None or a positive number", above=0)
    return mel_groups(sr, n_fft, n_mels, fmin, fmax, step.htk, step.norm)
