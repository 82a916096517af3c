import pickle
import sys

import librosa
import numpy as np
import pandas as pd
import pytest
import soundfile
from sklearn import config_context
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils import Bunch
from sklearn.utils.estimator_checks import parametrize_with_checks

from skkws._waveforms import to_clip
from skkws.audio import LoadAudio

SR = 8000


@parametrize_with_checks([LoadAudio(), LoadAudio(sr=10, duration=2, n_jobs=2)])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_conforms(estimator, check):
    check(estimator)


@pytest.fixture
def recordings():
    rng = np.random.default_rng(0)
    lengths = (SR, SR // 2, 2 * SR)
    return [rng.integers(-(2**15), 2**15, n, dtype=np.int16) for n in lengths]


@pytest.fixture
def paths(tmp_path, recordings):
    paths = [tmp_path / f"{i}.wav" for i in range(len(recordings))]
    for path, recording in zip(paths, recordings, strict=True):
        soundfile.write(path, recording, SR)
    return paths


@pytest.fixture
def expected(recordings):
    waveforms = np.zeros((3, SR), dtype=np.float32)
    for waveform, recording in zip(waveforms, recordings, strict=True):
        waveform[: len(recording)] = recording[:SR] / 2**15
    return waveforms


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize(
    "kind", [list, tuple, lambda p: list(map(str, p)), lambda p: np.array(p, object)]
)
def test_paths_are_read_padded_and_trimmed(paths, expected, kind, n_jobs):
    waveforms = LoadAudio(sr=SR, n_jobs=n_jobs).transform(kind(paths))
    assert waveforms.dtype == np.float32
    np.testing.assert_array_equal(waveforms, expected)


def test_pandas_series_of_paths(paths, expected):
    pandas = pytest.importorskip("pandas")
    series = pandas.Series(list(map(str, paths)), index=[7, 8, 9])
    np.testing.assert_array_equal(LoadAudio(sr=SR).fit_transform(series), expected)


def test_a_column_of_paths_as_polars_has_it(paths, expected):
    class Column:  # of a shape, but without ndim
        shape = (len(paths),)
        __len__, __iter__ = (getattr(paths, name) for name in ("__len__", "__iter__"))

    np.testing.assert_array_equal(LoadAudio(sr=SR).transform(Column()), expected)


def test_floats_of_16_bits(expected):
    halves = list(expected.astype("float16"))
    np.testing.assert_array_equal(LoadAudio(sr=SR).transform(halves), np.stack(halves))


def test_waveforms_of_any_length_and_type(recordings, expected):
    mixed = [
        recordings[0],
        recordings[1].astype(np.int32) * 2**16,
        np.stack([recordings[2] / 2**14, np.zeros(2 * SR)], axis=1),
    ]
    copies = [waveform.copy() for waveform in mixed]
    waveforms = LoadAudio(sr=SR).transform(mixed)
    np.testing.assert_array_equal(waveforms, expected)
    for waveform, copy in zip(mixed, copies, strict=True):
        np.testing.assert_array_equal(waveform, copy)


@pytest.mark.parametrize("n_samples", [SR // 2, SR, 2 * SR])
def test_arrays_of_any_width(n_samples):
    X = np.random.default_rng(0).uniform(-1, 1, (2, n_samples)).astype(np.float32)
    waveforms = LoadAudio(sr=SR).transform(X)
    assert waveforms.shape == (2, SR)
    n = min(n_samples, SR)
    np.testing.assert_array_equal(waveforms[:, :n], X[:, :n])
    assert not waveforms[:, n:].any()
    assert not np.shares_memory(waveforms, X)


@pytest.mark.parametrize("as_given", [list, np.stack])
def test_integers_of_64_bits_are_taken_as_they_are_with_a_warning(as_given):
    X = as_given([np.full(SR, 3), np.full(SR, 2)])
    with pytest.warns(UserWarning, match="^X is of the type int64"):
        waveforms = LoadAudio(sr=SR).transform(X)
    np.testing.assert_array_equal(waveforms[:, 0], [3, 2])


def test_the_warning_names_the_users_line_from_within_a_pipeline():
    with pytest.warns(UserWarning, match="^X is of the type int64") as caught:
        make_pipeline(LoadAudio(sr=SR), FunctionTransformer()).fit(np.full((3, SR), 3))
    assert {one.filename for one in caught} == {__file__}


def test_the_warning_of_the_type_comes_once():
    with pytest.warns(UserWarning, match="^X is of the type int64") as caught:
        LoadAudio(sr=SR).transform(np.full((3, SR), 3))
    assert len(caught) == 1


def test_nullable_integers_are_scaled():
    X = pd.DataFrame([[16384, -32768]]).astype("Int16")
    waveforms = LoadAudio(sr=2).transform(X)
    np.testing.assert_array_equal(waveforms, [[0.5, -1]])


def test_a_fit_on_paths_forgets_the_width_of_an_array(paths):
    loader = LoadAudio(sr=SR).fit(np.zeros((2, 9)))
    loader.fit(paths)
    assert not hasattr(loader, "n_features_in_")
    assert loader.transform(np.zeros((2, 5))).shape == (2, SR)


def test_arrays_with_channels():
    X = np.random.default_rng(0).uniform(-1, 1, (2, 50, 3)).astype(np.float32)
    waveforms = LoadAudio(sr=50).transform(X)
    np.testing.assert_array_equal(waveforms, X.mean(axis=2))


def test_ragged_lists_of_numbers_are_waveforms():
    waveforms = LoadAudio(sr=3).transform([[0.5, 1.0], [0.25]])
    np.testing.assert_array_equal(waveforms, [[0.5, 1, 0], [0.25, 0, 0]])


def test_rates_are_converted(tmp_path):
    def tone(sr):
        return 0.5 * np.sin(2 * np.pi * 300 * np.arange(2 * sr) / sr)

    soundfile.write(tmp_path / "a.wav", tone(44100), 44100)
    files = LoadAudio(sr=SR).transform([tmp_path / "a.wav"])
    arrays = LoadAudio(sr=SR, input_sr=44100).transform(tone(44100)[np.newaxis])
    for waveforms in (files, arrays):
        np.testing.assert_allclose(waveforms[0, 200:], tone(SR)[200:SR], atol=1e-3)


def test_rates_are_converted_as_by_librosa_but_without_it(monkeypatch):
    samples = np.random.default_rng(0).normal(size=1001).astype(np.float32)
    resampled = librosa.resample(samples, orig_sr=44100, target_sr=SR)
    monkeypatch.setitem(sys.modules, "librosa", None)
    waveforms = LoadAudio(sr=SR, input_sr=44100).transform([samples])
    np.testing.assert_array_equal(waveforms[0, : len(resampled)], resampled)
    assert not waveforms[0, len(resampled) :].any()


def test_a_single_sample_remains_one():
    assert len(to_clip(np.ones(1), 48000, sr=SR, n_samples=SR)) == 1


def test_silence_takes_the_place_of_what_cannot_be_used(tmp_path, paths, expected):
    (tmp_path / "empty.wav").touch()
    X = [paths[0], tmp_path / "empty.wav", paths[1], tmp_path / "no.wav", paths[2]]
    with pytest.warns(UserWarning, match="2 of 5 recordings became silence") as caught:
        waveforms = LoadAudio(sr=SR, on_error="silence").transform(X)
    assert len(caught) == 1
    message = str(caught[0].message)
    assert message.index(f"{tmp_path / 'empty.wav'} is empty") < message.index(
        f"{tmp_path / 'no.wav'} does not exist."
    )
    assert caught[0].filename == __file__
    np.testing.assert_array_equal(waveforms[[0, 2, 4]], expected)
    assert not waveforms[[1, 3]].any()


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_silence_takes_the_place_of_paths_that_are_missing(paths, expected, missing):
    X = pd.Series([missing, *paths])
    with pytest.raises(TypeError, match=r"^X\[0\] is .*, but must be a path like the"):
        LoadAudio(sr=SR).fit(X)
    loader = LoadAudio(sr=SR, on_error="silence").fit(X)
    with pytest.warns(UserWarning, match=r"1 of 4 recordings .* X\[0\] is .*, but"):
        waveforms = loader.transform(X)
    np.testing.assert_array_equal(waveforms[1:], expected)
    assert not waveforms[0].any()


def test_silence_takes_the_place_of_waveforms_with_nan():
    X = np.ones((3, 10))
    X[1, 5] = np.nan
    loader = LoadAudio(sr=10, on_error="silence").fit(X)
    with pytest.warns(UserWarning, match=r"1 of 3 .* Clip 1 of X contains NaN"):
        waveforms = loader.transform(X)
    np.testing.assert_array_equal(waveforms.any(axis=1), [True, False, True])


def test_one_column_of_paths(paths, expected):
    column = [[str(path)] for path in paths]
    for X in (column, np.array(column), pd.DataFrame(column, columns=["file"])):
        np.testing.assert_array_equal(LoadAudio(sr=SR).fit_transform(X), expected)
    missing = pd.DataFrame({"file": [None] * 3 + [one for (one,) in column]})
    with pytest.warns(UserWarning, match="3 of"):
        loaded = LoadAudio(sr=SR, on_error="silence").transform(missing)
    np.testing.assert_array_equal(loaded[3:], expected)


@pytest.mark.parametrize(
    ("X", "error", "words"),
    [
        ("a.wav", TypeError, "single path a.wav"),
        (None, TypeError, "^X is None, but must be a list, or an array, of paths"),
        (iter(["a.wav"]), TypeError, "^X is <list_it.*, but must be a list, or"),
        (
            np.array([["a.wav", "b.wav"]]),
            TypeError,
            r"^X has text in 2 of 2 column",
        ),
        (
            pd.DataFrame({"row": [1, 2], "file": [None, "b.wav"]}),
            TypeError,
            "^X has text in 1 of 2 columns, but",
        ),
        ({"data": 1}, TypeError, "^X is {'data': 1}, but must be a list, or an array"),
        (
            {0: "a.wav"}.values(),
            TypeError,
            r"^X is dict_values\(\['a.wav'\]\), but must",
        ),
        (
            ["a.wav", [0.0] * 9999],
            TypeError,
            r"X\[1\] is \[0.0.{,60}\], but must be a pa",
        ),
        (
            [[[1, 2], [3]], np.zeros(9)],
            ValueError,
            "Clip 0 of X is no array of numbers",
        ),
        (
            pd.DataFrame({"a": np.int16([1, 2]), "b": np.int32([1, 2])}),
            ValueError,
            "^X has columns of the types int16, int32",
        ),
        (Bunch(data=np.ones((1, 9))), TypeError, "^X is a Bunch, whose clips are X.da"),
        (["a.wav", np.zeros(9)], TypeError, r"X\[1\] is array.* like the others"),
        (["a.wav", 3], TypeError, r"X\[1\] is 3"),
        (["missing.wav"], FileNotFoundError, "missing.wav does not exist"),
        ([], ValueError, "X is empty"),
        (np.zeros(5), ValueError, r"X\[0\] is .*0.0.*, but must be a path"),
        ([[1.0], 3.0], ValueError, r"X\[1\] is 3.0"),
        ([np.zeros((2, 99))], ValueError, r"Clip 0 of X has the shape \(2, 99\)"),
        ([np.zeros((9, 0))], ValueError, r"has the shape \(9, 0\)"),
        ([np.zeros((9, 2, 2))], ValueError, r"has the shape \(9, 2, 2\)"),
        ([np.zeros(9), np.zeros(0)], ValueError, "Clip 1 of X has no samples"),
        ([np.zeros(9), np.array([np.inf])], ValueError, "Clip 1 of X contains NaN or"),
        (np.array([[0.0], [np.nan]]), ValueError, "NaN in clip 1"),
        ([(np.zeros(9), 10)], ValueError, r"X\[0\] is a pair of samples and rate"),
        (np.array("a.wav"), TypeError, "X is array.* but must be a list, or an array"),
        ([np.zeros(9, complex)], ValueError, "Clip 0 of X is of the type complex128"),
        ([np.zeros(71)], ValueError, r"Clip 0 of X lasts 7.1 s, but max_duration is 7"),
    ],
)
def test_unusable_input_is_refused(X, error, words):
    with pytest.raises(error, match=words):
        LoadAudio(sr=10, max_duration=7).transform(X)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_silence_takes_the_place_of_missing_paths_alone(missing):
    loader = LoadAudio(sr=10, on_error="silence")
    with pytest.warns(UserWarning, match=r"2 of 2 .* but must be a path or a waveform"):
        assert not loader.transform([missing, missing]).any()


def test_one_waveform_is_not_many_recordings_of_silence():
    with pytest.raises(ValueError, match=r"^X\[0\] is .*Reshape your data"):
        LoadAudio(sr=10, on_error="silence").transform(np.zeros(5))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"sr": 0}, "sr is 0"),
        ({"duration": -1}, "duration is -1"),
        ({"input_sr": 0.5}, "input_sr is 0.5"),
        ({"max_duration": 0}, "max_duration is 0"),
        ({"on_error": "ignore"}, "on_error is 'ignore'"),
        ({"n_jobs": "2"}, "n_jobs is '2'"),
    ],
)
@pytest.mark.parametrize("method", ["fit", "transform"])
def test_parameters_out_of_range_are_refused(params, words, method):
    loader = LoadAudio(**params)
    with pytest.raises(ValueError, match=words):
        getattr(loader, method)(np.zeros((2, 5)))


def test_any_length_is_accepted_without_a_limit():
    long = np.ones(10 * 3600)
    assert LoadAudio(sr=10, max_duration=None).transform([long]).shape == (1, 10)


def test_works_in_a_pipeline(paths, expected):
    pipeline = make_pipeline(LoadAudio(sr=SR), FunctionTransformer(np.abs))
    pipeline.set_params(loadaudio__duration=0.25)
    assert pipeline.fit(paths).transform(paths).shape == (3, SR // 4)
    loader = pickle.loads(pickle.dumps(clone(pipeline)[0].set_params(duration=1.0)))
    with config_context(transform_output="pandas"):
        np.testing.assert_array_equal(loader.fit_transform(paths), expected)


def test_lists_of_a_series_may_be_equally_long():
    rows = [[0.1] * 10, [0.2] * 10]
    loader = LoadAudio(sr=10)
    np.testing.assert_array_equal(
        loader.transform(pd.Series(rows)), loader.transform(rows)
    )


def test_failed_fit_leaves_the_fit_before():
    loader = LoadAudio(sr=10).fit(np.zeros((2, 10)))
    with pytest.raises(ValueError, match="NaN"):
        loader.fit(np.full((2, 5), np.nan))
    assert loader.n_features_in_ == 10
