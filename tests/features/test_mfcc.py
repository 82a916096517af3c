import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws.features import MFCC, LogSpectrogram


def decibels(n_clips=4):
    waveforms = np.random.default_rng(1).normal(scale=0.1, size=(n_clips, 8000))
    return LogSpectrogram(log="db").transform(waveforms)


@pytest.mark.parametrize("lifter", [0, 22])
@pytest.mark.parametrize("norm", ["ortho", None])
@pytest.mark.parametrize("dct_type", [2, 3])
@pytest.mark.parametrize("n_mfcc", [1, 13, 40])
def test_equals_librosa(n_mfcc, dct_type, norm, lifter):
    mfcc = pytest.importorskip("librosa").feature.mfcc
    parameters = {"n_mfcc": n_mfcc, "dct_type": dct_type, "norm": norm}
    X = decibels()
    expected = np.stack([mfcc(S=S.T, lifter=lifter, **parameters).T for S in X])
    result = MFCC(lifter=lifter, **parameters).transform(X)
    scale = np.abs(expected).max()
    assert_allclose(result / scale, expected / scale, atol=1e-5, rtol=1e-4)


def test_type_one_is_scipys():
    dct = pytest.importorskip("scipy.fft").dct
    X = decibels()
    expected = dct(X.astype(float), type=1, norm="ortho")[..., :5]
    assert_allclose(MFCC(5, dct_type=1).transform(X), expected, rtol=1e-4, atol=1e-3)


def test_gives_no_more_coefficients_than_bins():
    assert MFCC(20).transform(decibels()[..., :7]).shape[2] == 7


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"n_mfcc": 0},
            "n_mfcc is 0, but must be a positive whole number of coefficients.",
        ),
        ({"dct_type": 4}, "dct_type is 4, but must be 1, 2 or 3."),
        ({"norm": "slaney"}, "norm is 'slaney', but must be 'ortho' or None."),
        ({"lifter": -1}, "lifter is -1, but must be a number not below 0."),
    ],
)
def test_bad_parameters(parameters, sentence):
    for method in ("fit", "transform"):
        with pytest.raises(ValueError, match=f"^{sentence}$"):
            getattr(MFCC(**parameters), method)(decibels(1))


def test_type_one_needs_two_bins():
    with pytest.raises(ValueError, match="dct_type=1 needs at least two bins"):
        MFCC(dct_type=1).fit(decibels()[..., :1])
