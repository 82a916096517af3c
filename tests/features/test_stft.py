import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import get_window

from skkws.features._stft import (
    compress,
    count_frames,
    frame_waveforms,
    limit_range,
    pad_for_frames,
    power_spectrum,
    raise_power,
    window_samples,
)


@pytest.mark.parametrize(
    ("window", "fftbins"),
    [
        ("hann", True),
        ("hann_periodic", True),
        ("hann_symmetric", False),
        ("hamming_symmetric", False),
        (("kaiser", 14.0), True),
        (("general_cosine", [0.5, 0.5]), True),
    ],
)
def test_window_by_name(window, fftbins):
    name = window if isinstance(window, tuple) else window.split("_")[0]
    expected = get_window(name, 25, fftbins=fftbins).astype(np.float32)
    assert_array_equal(window_samples(window, 25, 25), expected)


def test_window_by_samples_is_centred_in_the_frame():
    assert_array_equal(window_samples([1, 2, 3], 3, 6), [0, 1, 2, 3, 0, 0])
    assert_array_equal(window_samples(np.arange(4), 4, 4), np.arange(4))


@pytest.mark.parametrize("n_fft", [1, 2, 9, 16])
def test_power_spectrum_is_the_definition(n_fft):
    rng = np.random.default_rng(0)
    frames = rng.normal(size=(3, 5, n_fft)).astype(np.float32)
    window = rng.normal(size=n_fft).astype(np.float32)
    k, t = np.arange(n_fft // 2 + 1), np.arange(n_fft)
    fourier = np.exp(-2j * np.pi * np.outer(t, k) / n_fft)
    expected = np.abs((frames * window) @ fourier) ** 2
    result = power_spectrum(frames, window)
    assert result.dtype == np.float32
    assert_allclose(result, expected, rtol=1e-4, atol=1e-5)
    assert_allclose(raise_power(result.copy(), 1), expected**0.5, rtol=1e-4, atol=1e-5)
    assert_allclose(raise_power(result, 3), expected**1.5, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("n_fft", [1, 7, 8])
@pytest.mark.parametrize("n_samples", [1, 6, 7, 8, 9, 30])
def test_frames_are_as_many_as_counted_and_lie_where_they_should(
    n_samples, n_fft, center
):
    waveforms = np.arange(1, n_samples + 1, dtype=np.float32)[np.newaxis]
    padded = pad_for_frames(waveforms, n_fft, center=center, pad_mode="constant")
    frames = frame_waveforms(padded, n_fft, 3)
    assert frames.shape[1:] == (count_frames(n_samples, n_fft, 3, center=center), n_fft)
    here = n_fft // 2 if center else 0
    assert_array_equal(frames[0, :, here][:2], waveforms[0, ::3][: frames.shape[1]][:2])


def test_compress():
    spectrum = np.array([[[100.0, 1e-3, 0.0]]], dtype=np.float32)
    for log, power, expected in [
        ("ln", 2, np.log([100, 1e-3, 1e-5])),
        ("db", 2, [20, -30, -50]),
        ("db", 1, [40, -60, -100]),
        (None, 2, [100, 1e-3, 0]),
    ]:
        result = compress(spectrum.copy(), log, power=power, amin=1e-5)
        assert_allclose(result[0, 0], expected, rtol=1e-5)


def test_a_floor_too_small_for_float32_is_still_a_floor():
    zero = np.zeros((1, 1, 1), dtype=np.float32)
    assert np.isfinite(compress(zero, "ln", power=2, amin=1e-60)).all()


def test_limit_range_goes_clip_by_clip():
    decibels = np.array([[[0, -10], [-50, -90]], [[-60, -70], [-80, -150]]], float)
    expected = [[[0, -10], [-50, -80]], [[-60, -70], [-80, -140]]]
    assert_array_equal(limit_range(decibels, 80), expected)
