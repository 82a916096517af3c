import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import signal

from skkws.datasets._acoustics import draw_noise, draw_room, record

SR = 16000


def decibels(ratio):
    return 20 * np.log10(ratio)


def rms(samples):
    return np.sqrt(np.mean(np.square(samples, dtype=np.float64)))


@pytest.fixture
def rng():
    return np.random.RandomState(0)


@pytest.fixture
def speech(rng):
    return (rng.standard_normal(6000) * 0.1).astype(np.float32)


@pytest.mark.parametrize("sr", [8000, 16000, 44100])
@pytest.mark.parametrize("reverberation_time", [0.1, 0.4, 1.0])
def test_room_falls_by_60_db_in_its_reverberation_time(reverberation_time, sr, rng):
    room = draw_room(reverberation_time, 6, sr, rng)
    # Schroeder's backward integration, fitted from -5 to -25 dB below the echoes
    energy = np.cumsum(np.square(room[:0:-1], dtype=np.float64))[::-1]
    decay = 10 * np.log10(energy / energy[0])
    fitted = (decay < -5) & (decay > -25)
    slope = np.polyfit(np.flatnonzero(fitted) / sr, decay[fitted], 1)[0]
    assert_allclose(-60 / slope, reverberation_time, rtol=0.25)


@pytest.mark.parametrize("direct_to_reverberant", [0, 10])
def test_room_keeps_the_direct_sound_above_the_echoes(direct_to_reverberant, rng):
    room = draw_room(0.3, direct_to_reverberant, SR, rng)
    assert room[0] == 1
    assert_allclose(
        decibels(1 / np.linalg.norm(room[1:])), direct_to_reverberant, atol=1e-3
    )


def test_room_begins_with_single_echoes(rng):
    echoes = draw_room(0.3, 0, SR, rng)[1:] != 0
    assert echoes[: SR // 200].mean() < 0.1  # the first 5 ms
    assert echoes[SR // 10 :].all()


def test_shortest_room_is_finite(rng):
    assert np.isfinite(draw_room(0.001, 0, SR, rng)).all()


@pytest.mark.parametrize("exponent", [0, 1, 2])
def test_noise_has_its_colour_and_power_1(exponent, rng):
    noise = draw_noise(4 * SR, exponent, SR, rng)
    assert_allclose(rms(noise), 1, rtol=1e-5)
    frequencies, power = signal.welch(noise, SR, nperseg=1024)
    band = (frequencies > 100) & (frequencies < 7000)
    slope = np.polyfit(np.log(frequencies[band]), np.log(power[band]), 1)[0]
    assert_allclose(-slope, exponent, atol=0.1)


@pytest.mark.parametrize("n_samples", [1, 7, 15991])
def test_noise_of_odd_lengths(n_samples, rng):
    noise = draw_noise(n_samples, 1, SR, rng)
    assert noise.shape == (n_samples,)
    assert_allclose(rms(noise), 1, rtol=1e-5)


@pytest.mark.parametrize("reverberation", [None, (0.2, 0.2)])
@pytest.mark.parametrize("level", [-30, -20])
def test_word_has_its_level(level, reverberation, speech, rng):
    clip = record(speech, len(speech), SR, (level, level), reverberation, None, rng)
    assert clip.dtype == np.int16
    assert_allclose(decibels(rms(clip / 32768)), level, atol=0.05)


@pytest.mark.parametrize("snr", [-10, 0, 10])
def test_noise_has_its_signal_to_noise_ratio(snr, speech, rng):
    clip = record(speech, SR, SR, (-30, -30), None, (snr, snr), rng) / 32768
    power = len(speech) / SR + 10 ** (-snr / 10)  # of the word's
    assert_allclose(decibels(rms(clip)), -30 + 10 * np.log10(power), atol=0.1)


def test_peaks_are_not_clipped(speech, rng):
    clip = record(speech, SR, SR, (0, 0), None, (0, 0), rng)
    assert np.sum(np.abs(clip.astype(int)) >= 32767) == 1


def test_word_comes_at_any_place(speech, rng):
    speech = np.ones_like(speech)
    onsets = [
        np.argmax(record(speech, SR, SR, (-20, -20), None, None, rng) != 0)
        for _ in range(100)
    ]
    room = SR - len(speech)
    assert min(onsets) < 0.1 * room
    assert 0.9 * room < max(onsets) <= room


def test_word_as_long_as_the_clip_fills_it(speech, rng):
    clip = record(speech, len(speech), SR, (-20, -20), None, None, rng)
    assert_allclose(clip / clip.max(), speech / speech.max(), atol=1e-3)
