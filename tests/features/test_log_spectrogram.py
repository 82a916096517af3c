import itertools
import subprocess
import sys
import tracemalloc
import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.signal import get_window

from skkws.classifiers import TUTORIAL_SPECTROGRAM
from skkws.features import LogSpectrogram
from skkws.features._front_end import front_end_of
from skkws.features._mel import mel_groups

TUTORIAL = LogSpectrogram(**TUTORIAL_SPECTROGRAM)


def noise(n_clips=3, n_samples=16000, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-1, 1, size=(n_clips, n_samples)).astype(np.float32)


def test_integers_of_64_bits_are_taken_as_they_are_with_a_warning():
    X = np.round(noise() * 20000).astype("int64")
    with pytest.warns(UserWarning, match="^X is of the type int64, which does not"):
        spectrograms = LogSpectrogram().transform(X)
    assert_array_equal(spectrograms, LogSpectrogram().transform(X.astype("float32")))


def test_clips_of_several_types_are_scaled_by_their_own():
    X = (noise() * 30000).astype("int16")
    mixed = [X[0], X[1].astype("float32") / 2**15, X[2].astype("int32") * 2**16]
    assert_array_equal(LogSpectrogram().transform(mixed), LogSpectrogram().transform(X))


def test_tables_of_nullable_integers_and_arrays_of_objects_are_scaled():
    X = (noise() * 30000).astype("int16")
    expected = LogSpectrogram().transform(X)
    for same in (pd.DataFrame(X).astype("Int16"), X.astype(object)):
        if isinstance(same, np.ndarray):
            same[:] = [[np.int16(value) for value in row] for row in X]
        assert_array_equal(LogSpectrogram().transform(same), expected)


@pytest.mark.parametrize("other", ["int32", "float32", "UInt16", "Int16"])
def test_columns_of_several_types_do_not_tell_a_scale(other):
    X = pd.DataFrame(np.ones((2, 16000), dtype=np.int16)).astype({3: other})
    with pytest.raises(
        ValueError, match="^X has columns of the types .*int16.*, which"
    ):
        LogSpectrogram().fit(X)


@pytest.mark.parametrize("as_given", [list, np.array, pd.Series])
def test_paths_are_told_to_be_loaded_first(as_given):
    with pytest.raises(
        TypeError, match=r"^X has paths, such as a\.wav, but .*LoadAudio"
    ):
        LogSpectrogram().transform(as_given(["a.wav", "b.wav"]))


def test_samples_with_their_rate_are_no_clip():
    with pytest.raises(ValueError, match=r"^X\[0\] is no array of numbers"):
        LogSpectrogram().transform([(np.zeros(9), 8000)])


@pytest.mark.parametrize("n_jobs", [0, "2", 2.0, True])
def test_what_is_no_number_of_threads_is_refused(n_jobs):
    with pytest.raises(ValueError, match=f"^n_jobs is {n_jobs!r}, but must be"):
        LogSpectrogram(n_jobs=n_jobs).transform(noise()[:1])
    with pytest.raises(ValueError, match=f"^n_jobs is {n_jobs!r}, but must be"):
        LogSpectrogram(n_jobs=n_jobs).fit(noise())


def test_samples_whose_power_is_infinite_are_refused():
    X = noise()
    X[1] *= 1e20
    with pytest.raises(
        ValueError, match=r"X contains a number beyond 1e\+15 in clip 1"
    ):
        LogSpectrogram().transform(X)


def test_shapes_of_the_defaults():
    assert LogSpectrogram().transform(noise()).shape == (3, 98, 40)
    assert LogSpectrogram(8000).transform(noise(1, 8000)).shape == (1, 98, 40)
    assert LogSpectrogram(n_mels=None).transform(noise()).shape == (3, 98, 201)
    assert LogSpectrogram(center=True).transform(noise()).shape == (3, 101, 40)


def test_equals_the_definition_with_the_tutorials_parameters():
    X = noise(2)
    frames = np.lib.stride_tricks.sliding_window_view(X, 255, axis=1)[:, ::128]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(255) / 254)
    fourier = np.exp(-2j * np.pi * np.outer(np.arange(255), np.arange(129)) / 256)
    expected = np.abs((frames * window) @ fourier)
    assert expected.shape == (2, 124, 129)
    assert_allclose(TUTORIAL.transform(X), expected, atol=1e-5, rtol=0)


def test_equals_tensorflow():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tf = pytest.importorskip("tensorflow")
    X = noise()
    stft = tf.signal.stft(X, frame_length=255, frame_step=128)
    assert_allclose(TUTORIAL.transform(X), tf.abs(stft).numpy(), atol=1e-5, rtol=0)


MEL_CASES = [
    *[
        {"center": center, "htk": htk, "norm": norm, "sr": sr}
        for center, htk, norm, sr in itertools.product(
            (False, True), (False, True), ("slaney", None), (8000, 16000, 44100)
        )
    ],
    {"center": True, "pad_mode": "reflect", "n_fft": 512, "win_length": 400},
    {"fmin": 300.0, "fmax": 3400.0, "n_mels": 13, "power": 1.0},
    {"window": ("kaiser", 8.0), "n_fft": 501, "hop_length": 100, "n_mels": 3},
    {"window": get_window("blackman", 300), "win_length": 300, "norm": 1.0},
    {"norm": np.inf},
]


@pytest.mark.parametrize("parameters", MEL_CASES, ids=str)
def test_equals_librosa(parameters):
    melspectrogram = pytest.importorskip("librosa").feature.melspectrogram
    parameters = {"sr": 16000, "n_mels": 40, **parameters}
    sr = parameters["sr"]
    X = noise(2, sr // 2)
    ours = LogSpectrogram(**parameters, log=None)
    front_end = front_end_of(ours)
    lengths = {"hop_length": front_end.hop_length, "n_fft": front_end.n_fft}
    theirs = {
        "center": False,
        "win_length": parameters.get("n_fft", round(0.025 * sr)),
        **parameters,
        **lengths,
    }
    expected = melspectrogram(y=X, **theirs).transpose(0, 2, 1)
    result = ours.transform(X)
    assert_allclose(result, expected, rtol=1e-4, atol=1e-4 * expected.min())


def test_decibels_equal_librosa_clip_by_clip():
    librosa = pytest.importorskip("librosa")
    X = noise()
    X[:, 8000:] *= 1e-5
    X[1] *= 1e-3
    mel = LogSpectrogram(log=None).transform(X)
    for top_db in (None, 60):
        result = LogSpectrogram(log="db", amin=1e-10, top_db=top_db).transform(X)
        expected = [librosa.power_to_db(S, amin=1e-10, top_db=top_db) for S in mel]
        assert_allclose(result, expected, atol=1e-4)
    magnitude = LogSpectrogram(log=None, power=1).transform(X)
    assert_allclose(
        LogSpectrogram(log="db", power=1).transform(X),
        librosa.amplitude_to_db(magnitude, top_db=None),
        atol=1e-4,
    )


def test_natural_logarithm_is_the_default():
    X = noise()
    result = LogSpectrogram().transform(X)
    assert_allclose(result, np.log(LogSpectrogram(log=None).transform(X)), atol=1e-5)


def test_silence_lies_just_below_the_rounding_noise_of_16_bits():
    silence = LogSpectrogram().transform(np.zeros((1, 16000)))
    assert_allclose(silence, np.log(1e-10), rtol=1e-6)
    quiet_tone = 0.3 / 32768 * np.sin(np.arange(16000) * 0.3)
    dithered = quiet_tone + np.random.default_rng(0).uniform(-0.5, 0.5, 16000) / 32768
    rounded = np.round(dithered * 32768).astype(np.int16)[np.newaxis]
    rounding = LogSpectrogram().transform(rounded - quiet_tone[np.newaxis] * 32768)
    rounding -= 2 * np.log(32768)  # floats are not scaled, so this was in units of LSB
    assert 0 < np.median(rounding) - silence.mean() < np.log(20)


@pytest.mark.parametrize("sr", [8000, 11025, 16000, 22050, 32000, 44100, 48000])
def test_default_filters_are_never_empty_nor_the_transform_slow(sr):
    front_end = front_end_of(LogSpectrogram(sr))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # librosa warns of empty filters
        weights = [w for *_, w in mel_groups(sr, front_end.n_fft, 40, 0, sr / 2, 0, 1)]
    assert all((w.max(axis=0) > 0).all() for w in weights)
    left = front_end.n_fft
    for prime in (2, 3, 5):
        while left % prime == 0:
            left //= prime
    assert left == 1
    assert 0.025 * sr - 1 < front_end.n_fft < 1.1 * 0.025 * sr


def test_integers_are_scaled():
    X = (noise() * 32767).astype(np.int16)
    expected = LogSpectrogram().transform(X.astype(np.float32) / 32768)
    assert_array_equal(LogSpectrogram().transform(X), expected)
    centred = LogSpectrogram(center=True)
    assert_array_equal(
        centred.transform(X), centred.transform(X.astype(np.float32) / 32768)
    )


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("n_samples", [1, 100, 399])
def test_short_clips_are_padded_at_the_end(n_samples, center):
    X = noise(2, n_samples)
    frames = LogSpectrogram(center=center).transform(X)
    assert frames.shape == (2, 1 + center * (n_samples // 160), 40)
    if not center:
        padded = np.pad(X, ((0, 0), (0, 400 - n_samples)))
        assert_array_equal(frames, LogSpectrogram().transform(padded))


@pytest.mark.parametrize("center", [False, True])
@pytest.mark.parametrize("max_memory", [1e-9, 0.1, 0.4, 100])
def test_memory_limit_and_threads_change_nothing(max_memory, center):
    X = noise(7)
    parameters = {"center": center, "log": "db", "top_db": 40}
    expected = LogSpectrogram(**parameters).transform(X)
    for n_jobs in (1, 3, -1):
        limited = LogSpectrogram(max_memory=max_memory, n_jobs=n_jobs, **parameters)
        assert_allclose(limited.transform(X), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("X", "center"),
    [
        (noise(60), False),
        (noise(60), True),
        ((noise(60) * 9999).astype(np.int16), True),
        (noise(1, 60 * 16000), False),
        ((noise(1, 60 * 16000) * 9999).astype(np.int16), False),
    ],
    ids=["float", "centred", "integer centred", "long", "long integer"],
)
def test_intermediate_results_stay_within_max_memory(X, center):
    step = LogSpectrogram(max_memory=2, center=center)
    step.transform(X[:, :1000])  # imports and caches the mel filters
    tracemalloc.start()
    result = step.transform(X)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak - result.nbytes < 2e6


BAD = [
    ({"sr": 0}, "sr is 0, but must be a positive whole number of samples a second."),
    ({"sr": 16000.5}, "sr is 16000.5"),
    ({"n_fft": 0}, "n_fft is 0, but must be a positive whole number of samples."),
    ({"win_length": -1}, "win_length is -1"),
    (
        {"hop_length": 0},
        "hop_length is 0, but must be a positive whole number of samples.",
    ),
    (
        {"n_fft": 256, "win_length": 400},
        "win_length is 400, but must be at most n_fft, which is 256.",
    ),
    ({"window": "hamm_hann"}, "window is 'hamm_hann', but must be a window that"),
    ({"window": "kaiser"}, "window is 'kaiser'"),
    ({"window": []}, "window is [], but must be a window that"),
    ({"window": [[1, 2], [3]]}, "window is [[1, 2], [3]], but must be a window that"),
    ({"window": [1, 2]}, "an array of win_length (400) finite numbers."),
    ({"window": np.ones(399)}, "an array of win_length (400) finite numbers."),
    ({"window": ("kaiser", "wide")}, "window is ('kaiser', 'wide')"),
    ({"window": 3.0}, "window is 3.0"),
    ({"window": np.full(400, np.nan)}, "win_length (400) finite numbers."),
    ({"window": None}, "window is None"),
    ({"pad_mode": "wrap"}, "pad_mode is 'wrap', but must be 'constant', 'edge'"),
    ({"n_mels": 0}, "n_mels is 0, but must be a positive whole number of mel filters"),
    ({"fmax": 8001}, "fmax is 8001, but must be a positive number of Hz up to half"),
    ({"fmax": 100, "fmin": 100}, "fmin is 100, but must be a number of Hz from 0"),
    ({"fmin": -1}, "fmin is -1"),
    ({"norm": "area"}, "norm is 'area', but must be 'slaney', None or"),
    ({"window": ("gaussian", 0)}, "window is ('gaussian', 0)"),
    ({"window": ("chebwin", 1e4)}, "window is ('chebwin', 10000.0)"),
    ({"norm": np.array([1, 2])}, "norm is array([1, 2]), but must be 'slaney', None"),
    ({"power": 0}, "power is 0, but must be a positive number up to 10."),
    ({"power": 30}, "power is 30, but must be a positive number up to 10."),
    ({"power": np.nan}, "power is nan"),
    ({"log": "log10"}, "log is 'log10', but must be 'ln', 'db' or None."),
    ({"amin": 0}, "amin is 0, but must be a positive number up to 3.4e+38, as float32"),
    ({"amin": 1e60}, "amin is 1e+60, but must be a positive number up to 3.4e+38"),
    ({"log": "db", "top_db": -80}, "top_db is -80, but must be a positive number of"),
    ({"top_db": 80}, "top_db is 80, but log is 'ln'"),
    ({"max_memory": 0}, "max_memory is 0, but must be a positive number of megabytes."),
]


@pytest.mark.parametrize(("parameters", "sentence"), BAD, ids=lambda p: str(p)[:40])
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_bad_parameters_are_refused_in_one_sentence(parameters, sentence, method):
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        getattr(LogSpectrogram(**parameters), method)(noise(1))
    message = str(caught.value)
    assert sentence in message
    assert message.endswith(".")
    assert ". " not in message


@pytest.mark.parametrize("kind", [list, pd.Series, "object"])
def test_clips_in_a_row(kind):
    X = noise(3)
    row = np.empty(3, dtype=object)
    row[:] = list(X)
    rows = row if kind == "object" else kind(row)
    np.testing.assert_array_equal(
        LogSpectrogram().fit_transform(rows), LogSpectrogram().fit_transform(X)
    )


def test_floats_of_16_bits():
    halves = noise(2).astype("float16")
    np.testing.assert_array_equal(
        LogSpectrogram().fit_transform(halves),
        LogSpectrogram().fit_transform(halves.astype("float32")),
    )


def test_import_brings_in_no_librosa_and_no_keras():
    code = (
        "import sys, skkws.features; "
        "assert not {'librosa', 'keras', 'soundfile'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
