import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws.features import PCEN, LogSpectrogram
from skkws.features import _blocks as blocks


def mel_spectrograms(n_clips=5):
    rng = np.random.default_rng(2)
    loudness = 10.0 ** -np.arange(n_clips)[:, np.newaxis]
    waveforms = loudness * rng.normal(size=(n_clips, 8000))
    return LogSpectrogram(log=None).transform(waveforms)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"scale": 1},
        {"gain": 0.8, "bias": 10, "power": 0.25, "time_constant": 0.06},
        {"bias": 0, "eps": 1e-3},
        {"power": 0},
        {"b": 0.025, "max_size": 3},
        {"sr": 8000, "hop_length": 64},
    ],
    ids=str,
)
def test_equals_librosa_clip_by_clip(parameters, monkeypatch):
    pcen = pytest.importorskip("librosa").pcen
    X = mel_spectrograms()
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 2.5 * 56 * X[0].size)  # two at a time
    result = PCEN(**parameters).transform(X)
    for_librosa = {"sr": 16000, "hop_length": 160, **parameters}
    scale = for_librosa.pop("scale", 2**31)
    expected = [pcen(S.T * scale, **for_librosa).T for S in X.astype(float)]
    assert_allclose(result, expected, rtol=1e-4, atol=1e-6)


def test_silence_gives_zeros():
    for bias in (0, 2):
        result = PCEN(bias=bias).transform(np.zeros((2, 9, 4)))
        assert_allclose(result, 0, atol=1e-7)


def test_negative_input_is_refused():
    X = mel_spectrograms()
    X[3, 1, 2] = -4
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match="clip 3 of X goes down to -4, but a spec"):
            getattr(PCEN(), method)(X)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"sr": 0},
            "sr is 0, but must be a positive whole number of samples a second.",
        ),
        ({"hop_length": 1.5}, "hop_length is 1.5, but must be a positive whole number"),
        ({"gain": -1}, "gain is -1, but must be a number not below 0."),
        ({"bias": -1}, "bias is -1, but must be a number not below 0."),
        ({"power": None}, "power is None, but must be a number not below 0."),
        (
            {"time_constant": 1e-6},
            "time_constant is 1e-06, but must be a number of seconds, at least a "
            r"thousandth of a hop \(1e-05\).",
        ),
        ({"eps": 0}, "eps is 0, but must be a positive number."),
        ({"b": 1.5}, "b is 1.5, but must be None or a number above 0, at most 1."),
        ({"b": 0}, "b is 0, but must be None or a number above 0, at most 1."),
        (
            {"max_size": 0},
            "max_size is 0, but must be a positive whole number of bins.",
        ),
        ({"scale": 0}, "scale is 0, but must be a positive number."),
    ],
)
def test_bad_parameters(parameters, sentence):
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match=f"^{sentence}"):
            getattr(PCEN(**parameters), method)(mel_spectrograms(1))


@pytest.mark.parametrize("parameters", [{"power": 100}, {"scale": 1e300}])
def test_infinite_values_are_refused(parameters):
    with pytest.raises(ValueError, match="^PCEN gives infinite values with power="):
        PCEN(gain=0, **parameters).transform(mel_spectrograms(1))


def test_values_at_the_end_of_float32():
    X = np.full((1, 5, 3), 1e30, dtype=np.float32)
    assert np.isfinite(PCEN().transform(X)).all()
