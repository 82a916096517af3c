"""Rooms and noise around a spoken word."""

import numpy as np
from scipy import fft

from .._waveforms import to_int16

_DIRECT_TO_REVERBERANT = (3, 15)  # dB; a speaker within arm's reach to across a desk
_SPEED_OF_SOUND = 343  # m/s
_ROOM_VOLUME = 40  # m3; a living room
_NOISE_EXPONENT = (0, 2)  # power falls with 1 / f ** exponent: from white to brown
_NOISE_CORNER = 50  # Hz; below it, brown noise would be all rumble


def record(speech, n_samples, sr, level, reverberation, snr, rng):
    """Return a clip as int16: speech at a random place, in a room, with noise."""
    from scipy.signal import fftconvolve  # would slow down the import of skkws

    onset = rng.randint(n_samples - len(speech) + 1)
    clip = np.zeros(n_samples, dtype=np.float32)
    if reverberation is None:
        clip[onset : onset + len(speech)] = speech
    else:
        room = draw_room(
            rng.uniform(*reverberation), rng.uniform(*_DIRECT_TO_REVERBERANT), sr, rng
        )
        wet = fftconvolve(speech, room)[: n_samples - onset]
        clip[onset : onset + len(wet)] = wet
    rms = np.sqrt(np.mean(np.square(clip[onset : onset + len(speech)])))
    if snr is not None:
        noise = draw_noise(n_samples, rng.uniform(*_NOISE_EXPONENT), sr, rng)
        clip += noise * (rms * 10 ** (-rng.uniform(*snr) / 20))
    gain = 10 ** (rng.uniform(*level) / 20) / rms
    gain = min(gain, 1 / np.abs(clip).max())
    return to_int16(clip * gain)


def draw_room(reverberation_time, direct_to_reverberant, sr, rng):
    """Return the impulse response of a room as float32.

    Echoes come the denser the later, as they do in a box-shaped room, so that the
    decaying noise begins with single reflections.
    """
    times = np.arange(1, 2 + int(reverberation_time * sr)) / sr
    echoes = rng.standard_normal(len(times)) * 10 ** (-3 * times / reverberation_time)
    echoes_per_second = 4 * np.pi * _SPEED_OF_SOUND**3 * times**2 / _ROOM_VOLUME
    echoes[rng.random_sample(len(times)) > echoes_per_second / sr] = 0
    echoes *= 10 ** (-direct_to_reverberant / 20) / (np.linalg.norm(echoes) or 1)
    return np.concatenate([[1], echoes]).astype(np.float32)


def draw_noise(n_samples, exponent, sr, rng):
    """Return noise of power 1 as float32, whose power falls with 1 / f ** exponent."""
    n_fft = fft.next_fast_len(n_samples, real=True)
    frequencies = np.maximum(fft.rfftfreq(n_fft, 1 / sr), _NOISE_CORNER)
    spectrum = rng.standard_normal(2 * len(frequencies)).view(np.complex128)
    noise = fft.irfft(spectrum * frequencies ** (-exponent / 2), n_fft)[:n_samples]
    return (noise / np.sqrt(np.mean(np.square(noise)))).astype(np.float32)
