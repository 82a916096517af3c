import numpy as np
import pytest

from skkws._waveforms import clip_length, to_clip, to_float32, to_int16


@pytest.mark.parametrize(
    ("dtype", "values", "expected"),
    [
        ("int16", [-(2**15), 2**14], [-1, 0.5]),
        ("int32", [-(2**31), 2**30], [-1, 0.5]),
        ("uint8", [0, 128, 192], [-1, 0, 0.5]),
        ("float64", [-1.5, 0.25], [-1.5, 0.25]),
        ("int64", [-3, 20000], [-3, 20000]),  # no recording's: as they are
        ("uint64", [3, 20000], [3, 20000]),
    ],
)
def test_integers_are_scaled_by_the_range_of_their_type(dtype, values, expected):
    waveform = np.array(values, dtype=dtype)
    result = to_float32(waveform)
    assert result.dtype == np.float32
    np.testing.assert_array_equal(result, expected)
    np.testing.assert_array_equal(waveform, values)


def test_int16_and_float32_are_inverse():
    every = np.arange(-(2**15), 2**15, dtype=np.int16)
    np.testing.assert_array_equal(to_int16(to_float32(every)), every)
    assert to_int16(every) is every


def test_int16_clips():
    np.testing.assert_array_equal(to_int16(np.array([-2.0, 1.0])), [-32768, 32767])


def test_clip_needs_nothing_computed():
    waveform = np.arange(10, dtype=np.int16)
    clip = to_clip(waveform, 100, sr=100, n_samples=4)
    assert clip.dtype == np.int16
    np.testing.assert_array_equal(clip, [0, 1, 2, 3])


def test_clip_averages_channels():
    waveform = np.array([[2**14, 0], [-(2**15), -(2**15)]], dtype=np.int16)
    clip = to_clip(waveform, 100, sr=100, n_samples=4)
    assert clip.dtype == np.float32
    np.testing.assert_array_equal(clip, [0.25, -1])


@pytest.mark.parametrize("rate", [8000, 44100, 48000])
def test_clip_is_resampled_as_the_whole_recording_would_be(rate):
    waveform = np.random.default_rng(0).normal(size=rate).astype(np.float32)
    whole = to_clip(waveform, rate, sr=16000, n_samples=16000)
    clip = to_clip(waveform, rate, sr=16000, n_samples=4000)
    assert whole.shape == (16000,)
    np.testing.assert_allclose(clip, whole[:4000], atol=1e-6)


def test_clip_keeps_a_tone_when_resampled():
    tone = np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    clip = to_clip(tone, 8000, sr=16000, n_samples=16000)
    expected = np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    np.testing.assert_allclose(clip[500:-500], expected[500:-500], atol=1e-3)


@pytest.mark.parametrize(
    ("duration", "sr", "words"),
    [
        (1, 0, "sr is 0"),
        (1, 8000.5, r"sr is 8000\.5"),
        (0, 8000, "duration is 0"),
        ("1", 8000, "duration is '1'"),
        (1e-5, 8000, "at least one sample"),
        (np.inf, 8000, "duration is inf"),
        (np.nan, 8000, "duration is nan"),
    ],
)
def test_clip_length_refuses(duration, sr, words):
    with pytest.raises(ValueError, match=words):
        clip_length(duration, sr)


def test_clip_length_rounds():
    assert clip_length(0.3, 10) == 3
    assert clip_length(1 / 8000, 8000) == 1
