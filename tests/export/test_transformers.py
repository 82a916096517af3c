"""Every transformer with each of its options gives the same in onnxruntime."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skkws.audio import AddNoise
from skkws.export import to_onnx
from skkws.features import MFCC, PCEN, LogSpectrogram, Normalize, Resize

rng = np.random.default_rng(0)
WAVEFORMS = rng.normal(scale=0.1, size=(5, 3000)).astype(np.float32)
SPECTROGRAMS = rng.uniform(0.1, 9, size=(5, 21, 12)).astype(np.float32)
SPECTROGRAMS[3] = 0.7  # a clip that is constant

LOG_SPECTROGRAMS = [
    LogSpectrogram(),
    LogSpectrogram(8000, window="hamming", hop_length=50),
    LogSpectrogram(n_fft=256, win_length=255, window="hann_symmetric"),
    LogSpectrogram(n_fft=301, win_length=200, window=("kaiser", 14.0)),
    LogSpectrogram(n_fft=64, window=[0.1] * 63 + [0.7], hop_length=100, n_mels=9),
    LogSpectrogram(n_mels=None, power=1, log=None),
    LogSpectrogram(power=1.3, log=None),
    LogSpectrogram(max_memory=0.1, n_jobs=2),
    LogSpectrogram(n_mels=13, fmin=100, fmax=3000, htk=True, norm=None),
    LogSpectrogram(norm=2.0, n_mels=7, amin=0.3),
    LogSpectrogram(log="db", amin=1e-5, power=1),
    LogSpectrogram(log="db", top_db=20),
    *(
        LogSpectrogram(center=True, pad_mode=mode)
        for mode in ("constant", "edge", "reflect", "symmetric")
    ),
    LogSpectrogram(center=True, pad_mode="symmetric", n_fft=15, n_mels=None),
    LogSpectrogram(n_fft=1, n_mels=None, center=True, hop_length=1),
]
SPECTROGRAM_STEPS = [
    Normalize(),
    Normalize("bin"),
    Normalize("clip"),
    Resize((7, 3)),
    Resize((40, 30)),
    Resize([7, 3], antialias=True),
    MFCC(),
    MFCC(3, dct_type=3, norm=None, lifter=22),
    MFCC(5, dct_type=1),
    PCEN(),
    PCEN(8000, hop_length=80, time_constant=0.1, eps=1e-3, gain=0.5, scale=3),
    PCEN(b=0.1, max_size=3),
    PCEN(b=1, max_size=40),
    PCEN(power=0, max_size=4),
    PCEN(bias=0, power=0.3),
]
# All but the one that asks for two.
FOR_ONE_BIN = [s for s in SPECTROGRAM_STEPS if getattr(s, "dct_type", 2) != 1]


def exported(step, X, run, path):
    """What a step makes of X, and what its graph does."""
    step = clone(step).fit(X)
    return step.transform(X), run(to_onnx(step, path, X), X)[0]


@pytest.mark.parametrize("step", LOG_SPECTROGRAMS, ids=str)
def test_log_spectrogram(step, run, path):
    ours, theirs = exported(step, WAVEFORMS, run, path)
    assert theirs.dtype == np.float32
    # Of linear bins without a logarithm, the error is that of the largest.
    assert_allclose(theirs, ours, rtol=1e-4, atol=1e-6 * abs(ours).max())


@pytest.mark.parametrize("dtype", ["float32", "int16"])
def test_noise_is_for_learning_alone(dtype, run, path):
    X = WAVEFORMS if dtype == "float32" else (WAVEFORMS * 32767).astype(dtype)
    step = AddNoise([WAVEFORMS.ravel()], max_shift=0.1, random_state=0)
    assert abs(clone(step).fit_transform(X) - step.fit(X).transform(X)).max() > 0.01
    ours, theirs = exported(step, X, run, path)
    assert_array_equal(theirs, ours)


@pytest.mark.parametrize("mode", [None, "constant", "edge", "reflect", "symmetric"])
@pytest.mark.parametrize("n_samples", [1, 90, 300])
def test_clip_shorter_than_a_frame(mode, n_samples, run, path):
    step = LogSpectrogram(center=mode is not None, pad_mode=mode or "edge")
    ours, theirs = exported(step, WAVEFORMS[:, :n_samples], run, path)
    assert_allclose(theirs, ours, atol=1e-4)


@pytest.mark.filterwarnings("ignore:X is of the type int64:UserWarning")
@pytest.mark.parametrize(
    "dtype", ["int8", "uint8", "int16", "uint16", "int32", "int64", "float64"]
)
def test_waveforms_of_any_type(dtype, run, path):
    X = WAVEFORMS.astype(dtype)
    if X.dtype.kind in "iu":
        info = np.iinfo("int16" if dtype == "int64" else dtype)
        X = (WAVEFORMS * info.max + (info.max + info.min + 1) // 2).astype(dtype)
    ours, theirs = exported(LogSpectrogram(), X, run, path)
    assert_allclose(theirs, ours, atol=1e-4)


def test_silence_and_a_clip_as_loud_as_can_be(run, path):
    X = np.zeros((3, 16000), np.int16)
    X[1] = np.where(np.arange(16000) % 40 < 20, 32767, -32768)
    X[2] = 1
    ours, theirs = exported(LogSpectrogram(), X, run, path)
    assert_allclose(theirs[0], ours[0], rtol=2e-7)
    assert_allclose(np.exp(theirs), np.exp(ours), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("step", SPECTROGRAM_STEPS, ids=str)
def test_spectrogram_step(step, run, path):
    ours, theirs = exported(step, SPECTROGRAMS, run, path)
    assert theirs.dtype == np.float32
    assert_allclose(theirs, ours, rtol=1e-5, atol=1e-5 * abs(ours).max())


@pytest.mark.parametrize("step", FOR_ONE_BIN, ids=str)
@pytest.mark.parametrize("shape", [(5, 21 * 12), (5, 21, 12, 1)])
def test_two_dimensions_and_a_channel(step, shape, run, path):
    X = SPECTROGRAMS.reshape(shape)
    ours, theirs = exported(step, X, run, path)
    assert_allclose(theirs, ours, rtol=1e-5, atol=1e-5 * abs(ours).max())


def test_mean_far_from_zero(run, path):
    X = (SPECTROGRAMS / 100 + 1000).astype(np.float32)
    for step in (Normalize(), Normalize("bin"), Normalize("clip")):
        ours, theirs = exported(step, X, run, path)
        assert_allclose(theirs, ours, atol=1e-5)


def test_any_number_of_clips(run, path):
    steps = LogSpectrogram(log=None), PCEN(), Resize((8, 8)), Normalize("bin"), MFCC(5)
    front_end = make_pipeline(*map(clone, steps)).fit(WAVEFORMS)
    model = to_onnx(front_end, path)
    for n_clips in (1, 2, 5):
        X = WAVEFORMS[:n_clips]
        assert_allclose(run(model, X)[0], front_end.transform(X), atol=1e-4)


def test_constants_are_stored_compactly(run, path):
    front_end = LogSpectrogram(n_fft=1024).fit(WAVEFORMS)
    to_onnx(front_end, path)
    # The matrix of the transform would take 4 MB, that of the mel filters 80 kB.
    assert path.stat().st_size < 25_000
    to_onnx(Resize((1000, 200)).fit(SPECTROGRAMS), path, SPECTROGRAMS)
    assert path.stat().st_size < 25_000


@pytest.mark.parametrize(
    ("steps", "n_clips"),
    [
        ([LogSpectrogram()], 17),
        ([LogSpectrogram(n_mels=13)], 1),
        ([LogSpectrogram(n_mels=None)], 1),
        ([LogSpectrogram(), Resize((64, 40))], 1),
    ],
    ids=str,
)
def test_silence_stays_constant(steps, n_clips, run, path):
    front_end = make_pipeline(*map(clone, steps), Normalize("clip")).fit(WAVEFORMS)
    model = to_onnx(front_end, path)
    silence = np.zeros((n_clips, WAVEFORMS.shape[1]), np.float32)
    assert not front_end.transform(silence).any()
    assert abs(run(model, silence)[0]).max() < 1e-4
