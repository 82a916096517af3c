import numpy as np
import pytest
import soundfile
from sklearn.pipeline import make_pipeline

from skkws import LoadAudio, LogSpectrogram
from skkws.plots._stages import bin_frequencies, frame_times, resized, view_of


@pytest.mark.parametrize(
    "params",
    [
        {"n_mels": 20},
        {"n_mels": 20, "htk": True, "fmin": 300, "fmax": 3000},
        {"n_mels": None, "n_fft": 64},
    ],
    ids=str,
)
def test_tones_are_loudest_in_the_bins_of_their_frequencies(params):
    step = LogSpectrogram(8000, norm=None, **params)
    frequencies = bin_frequencies(step)
    for k in range(2, len(frequencies) - 2):
        tone = np.sin(np.arange(8000) / 8000 * 2 * np.pi * frequencies[k])
        assert step.transform([tone])[0].mean(axis=0).argmax() == k


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("n_fft", [400, 401])
def test_clicks_are_in_the_frames_of_their_times(center, n_fft):
    step = LogSpectrogram(hop_length=100, n_fft=n_fft, center=center)
    times = frame_times(step, step.transform(np.zeros((1, 8000))).shape[1])
    for frame in (3, 20, 60):
        clip = np.zeros((1, 8000))
        clip[0, round(times[frame] * 16000)] = 1
        assert step.transform(clip)[0].sum(axis=1).argmax() == frame


def test_resized_axes_span_the_same():
    np.testing.assert_allclose(resized(np.arange(6.0), 3), [0.5, 2.5, 4.5])
    np.testing.assert_allclose(resized(np.arange(2.0), 4), [-0.25, 0.25, 0.75, 1.25])
    assert resized(None, 3) is None
    assert resized(np.array([0.5]), 3) is None


def test_what_does_nothing_may_come_before_what_loads(tmp_path):
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.sin(np.arange(1600) / 3) / 2, 16000)
    steps = LoadAudio(duration=0.1), LogSpectrogram()
    expected = view_of(make_pipeline(*steps), path, None).X
    found = view_of(make_pipeline("passthrough", *steps), path, None).X
    np.testing.assert_array_equal(found, expected)


def test_a_pair_of_samples_and_rate_is_no_clip():
    with pytest.raises(ValueError, match="^clip is no array of numbers, but must be"):
        view_of(LogSpectrogram(), (np.zeros(800), 16000), None)
