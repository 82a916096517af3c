import numpy as np
import pandas as pd
import pytest
import soundfile
from numpy.testing import assert_allclose
from sklearn import config_context
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import LinearSVC

from skkws import LoadAudio, LogSpectrogram
from skkws.spotting import KeywordSpotter, _listening, miss_rate
from skkws.spotting._settings import refractory_of, thresholds_of


@pytest.fixture
def spotter(pipe):
    return KeywordSpotter(pipe)


def as_rows(X):
    return X.reshape(len(X), -1)


def in_chunks(stream, samples, size):
    detections = []
    for start in range(0, len(samples), size):
        detections += stream.push(samples[start : start + size])
    return detections + stream.close()


def test_a_fitted_pipeline_becomes_a_spotter_in_one_line(spotter, recording):
    detections = spotter.detect(recording.data)
    assert miss_rate(recording.truth, detections) < 0.3
    starts = [one.start for one in detections]
    assert starts == sorted(starts)
    assert {one.word for one in detections} <= {"yes", "no"}
    for word, start, end, score in detections:
        assert word in spotter.words_
        assert end - start == pytest.approx(1)
        assert 0.5 <= score <= 1


@pytest.mark.parametrize("size", [37, 1600, 16000, 160000])
def test_pushing_chunks_gives_exactly_what_detect_gives(spotter, recording, size):
    expected = spotter.detect(recording.data)
    assert expected
    assert in_chunks(spotter.stream(), recording.data, size) == expected


def test_pushing_single_samples(spotter, recording):
    samples = recording.data[:64000]
    expected = spotter.detect(samples)
    assert expected
    assert in_chunks(spotter.stream(), samples, 1) == expected


@pytest.mark.parametrize("rate", [16001, 44100])
def test_chunks_of_another_rate(spotter, recording, rate):
    samples = np.repeat(recording.data, 3)[: 10 * rate].astype(np.float32) / 32768
    expected = spotter.detect(samples, sr=rate)
    assert in_chunks(spotter.stream(sr=rate), samples, 4321) == expected


def test_floats_on_the_scale_of_integers_bring_a_warning(spotter, recording):
    samples = recording.data[:40000].astype(float)
    with pytest.warns(UserWarning, match="^The recording has floats beyond .* 32768"):
        spotter.detect(samples)
    with pytest.warns(UserWarning, match="^The chunk has floats beyond") as caught:
        spotter.stream().push(samples)
    assert caught[0].filename == __file__


def test_a_rate_without_the_highest_frequencies_that_are_heard(spotter, recording):
    samples = recording.data[:40000]
    message = "has 8000 Hz, and so no frequency above 4000 Hz, .*, or with fmax=4000"
    with pytest.warns(UserWarning, match=f"^The recording {message}") as caught:
        expected = spotter.detect(samples, sr=8000)
    with pytest.warns(UserWarning, match=f"^The stream {message}") as caught_too:
        assert in_chunks(spotter.stream(sr=8000), samples, 4321) == expected
    assert caught[0].filename == caught_too[0].filename == __file__
    with pytest.warns(UserWarning, match=rf"^recordings\[0\] {message}") as caught:
        spotter.tune([samples], [[]], sr=8000)
    assert caught[0].filename == __file__
    low = clone(spotter.estimator).set_params(logspectrogram__fmax=4000)
    X = np.stack(np.split(recording.data[:160000], 10))
    KeywordSpotter(low.fit(X, np.arange(10) % 2)).detect(samples, sr=8000)


def test_windows_of_waveforms_are_windows_of_frames(pipe, recording):
    samples = recording.data[:80000]
    times, scores = KeywordSpotter(pipe, smoothing=0).scores(samples)
    np.testing.assert_allclose(times, 0.5 + 0.1 * np.arange(41))
    windows = np.lib.stride_tricks.sliding_window_view(samples, 16000)[::1600]
    expected = pipe.predict_proba(windows)[:, 1:]
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    # Behind another step, samples are turned into frames anew for each window.
    general = make_pipeline(FunctionTransformer(), *pipe)
    _, scores = KeywordSpotter(general, smoothing=0, duration=1.0).scores(samples)
    np.testing.assert_allclose(scores, expected, atol=1e-4)


def test_paths_of_any_format(spotter, recording, tmp_path):
    expected = spotter.detect(recording.data)
    stereo = np.stack([recording.data, recording.data], axis=1)
    for name, samples in (("a.wav", recording.data), ("b.flac", stereo)):
        soundfile.write(tmp_path / name, samples, 16000)
        assert spotter.detect(tmp_path / name) == expected
    assert spotter.detect(str(tmp_path / "a.wav")) == expected


def test_windows_at_both_ends_and_in_short_recordings(pipe, words):
    X, _ = words
    spotter = KeywordSpotter(pipe, smoothing=0)
    for samples in (X[0][:9000], X[0], np.concatenate([X[-1], X[0][:9000]])):
        times, _ = spotter.scores(samples)
        assert len(times) == 1 + max(0, -(-(len(samples) - 16000) // 1600))
    _, scores = spotter.scores(np.concatenate([X[0], X[-1], X[1]]))
    expected = pipe.predict_proba(X[:2])[:, 1:]
    np.testing.assert_allclose(scores[[0, -1]], expected, atol=1e-4)


def test_table(spotter, recording):
    table = spotter.detect(recording.data, as_frame=True)
    assert list(table.columns) == ["word", "start", "end", "score"]
    assert len(table) == len(spotter.detect(recording.data))
    nothing = spotter.detect(np.zeros(16000), as_frame=True)
    assert len(nothing) == 0
    assert [str(nothing[name].dtype) for name in table.columns[1:]] == ["float64"] * 3


def test_progress_bar(pipe, recording, capsys):
    KeywordSpotter(pipe, verbose=1).detect(recording.data[:32000])
    assert "Listening" in capsys.readouterr().err


def test_fit_fits_a_clone(pipe, words):
    unfitted = clone(pipe)
    spotter = KeywordSpotter(unfitted, threshold={"yes": 0.9}, n_views=None)
    spotter.fit(*words)
    assert thresholds_of(spotter) == {"no": 0.5, "yes": 0.9}
    assert spotter.words_ == ["no", "yes"]
    assert not hasattr(unfitted[-1], "coef_")
    assert spotter.score(*words) > 0.9
    np.testing.assert_array_equal(
        spotter.predict_proba(words[0]), pipe.predict_proba(words[0])
    )
    assert clone(spotter).get_params()["threshold"] == {"yes": 0.9}


def test_a_failed_fit_changes_nothing(pipe, words):
    spotter = KeywordSpotter(clone(pipe)).fit(*words)
    before = vars(spotter).copy()
    spotter.set_params(threshold=2.0)
    with pytest.raises(ValueError, match="threshold of 'no' is 2.0"):
        spotter.fit(*words)
    assert spotter.estimator_ is before["estimator_"]
    assert vars(spotter) == {**before, "threshold": 2.0}


def test_in_a_grid_search(pipe, words):
    grid = {"estimator__logisticregression__C": [0.01, 0.1], "hop": [0.1, 0.2]}
    spotter = KeywordSpotter(clone(pipe), random_state=0)
    search = GridSearchCV(spotter, grid, cv=2).fit(*words)
    results = search.cv_results_
    assert len(results["params"]) == 4
    assert np.isfinite(results["mean_test_score"]).all()
    assert search.best_score_ > 0.5
    best = search.best_estimator_
    assert best.hop == search.best_params_["hop"]
    np.testing.assert_array_equal(best.predict(words[0]), search.predict(words[0]))


def test_a_pipeline_of_paths(pipe, words, recording):
    with_loading = make_pipeline(LoadAudio(), *pipe)
    spotter = KeywordSpotter(with_loading)
    assert spotter.detect(recording.data) == KeywordSpotter(pipe).detect(recording.data)


def test_tuning_keeps_false_alarms_away(spotter, recording):
    spotter.tune([recording.data], [recording.truth], false_alarms_per_hour=0)
    assert set(spotter.thresholds_) == {"yes", "no"}
    detections = spotter.detect(recording.data)
    assert miss_rate(recording.truth, detections) < 0.5
    assert all(d.score >= spotter.thresholds_[d.word] for d in detections)
    strict = len(detections)
    spotter.tune([recording.data], [recording.truth], false_alarms_per_hour=1200)
    assert len(spotter.detect(recording.data)) >= strict


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hop": 0}, "hop is 0, but must be a number of seconds"),
        ({"smoothing": -1}, "smoothing is -1, but must be"),
        ({"patience": "x"}, "patience is 'x', but must be"),
        ({"refractory": "x"}, "refractory is 'x', but must be"),
        ({"threshold": 1.5}, "threshold of 'no' is 1.5, but must be a number from"),
        ({"threshold": {"up": 0.5}}, "threshold has 'up', but the words to spot"),
        ({"reject": ["up"]}, "reject has 'up', but the classifier's classes are"),
        ({"reject": ["yes", "no", "_unknown_"]}, "reject has all classes"),
        ({"reject": "yes"}, "reject is 'yes', but must be a list of classes"),
        ({"reject": 1}, "reject is 1, but must be a list of classes"),
        ({"sr": 1.5}, "sr is 1.5, but must be a positive whole number of Hz"),
        ({"sr": 8000}, "sr is 8000, but the classifier's waveforms have 16000 Hz"),
        ({"duration": -1}, "duration is -1, but must be a positive number"),
        (
            {"duration": 0.5},
            "duration is 0.5, 8000 samples, but the classifier's clips have 16000",
        ),
    ],
)
def test_refused_parameters(pipe, recording, arguments, message):
    with pytest.raises(ValueError, match=message):
        KeywordSpotter(pipe, **arguments).detect(recording.data)


class Untrainable(LogisticRegression):
    def fit(self, X, y):
        raise AssertionError("time is spent on training")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"hop": 0}, "hop is 0, but must be a number of seconds"),
        ({"refractory": "x"}, "refractory is 'x', but must be"),
        ({"threshold": {"up": 0.5}}, "threshold has 'up', but the words to spot"),
        ({"reject": ["up"]}, "reject has 'up', but the classifier's classes are"),
        ({"sr": None}, "sr is None, but no step of the classifier tells the rate"),
        ({"duration": 2}, "duration is 2, 32000 samples, but the classifier's clips"),
        ({"estimator": LinearSVC()}, r"LinearSVC\(\), but must have predict_proba"),
        (
            {"estimator": GridSearchCV(KeywordSpotter(LogisticRegression()), {})},
            "is a GridSearchCV of spotters, but must be a classifier of clips",
        ),
    ],
)
def test_settings_are_refused_before_training(words, arguments, message):
    with pytest.raises(ValueError, match=message):
        KeywordSpotter(**{"estimator": Untrainable(), "sr": 16000, **arguments}).fit(
            *words
        )


def test_stacking_tells_after_its_fit_that_it_has_probabilities(words):
    X, y = words
    stacked = StackingClassifier([("one", LogisticRegression())], cv=2)
    assert not hasattr(stacked, "predict_proba")
    spotter = KeywordSpotter(make_pipeline(stacked), sr=16000).fit(X, y)
    assert_allclose(spotter.predict_proba(X[:2]).sum(axis=1), 1, rtol=1e-6)
    search = GridSearchCV(stacked, {"final_estimator": [LinearSVC()]}, cv=2)
    with pytest.raises(ValueError, match="must have predict_proba"):
        KeywordSpotter(make_pipeline(search), sr=16000).fit(X, y)


def test_refused_words(words):
    X, y = words
    spotter = KeywordSpotter(LogisticRegression(), sr=16000)
    with pytest.raises(ValueError, match=r"^y\[0\] is None and y\[1\] is '.*, but all"):
        spotter.fit(X, np.array([None, *y.tolist()[1:]], dtype=object))
    with pytest.raises(ValueError, match=r"y has the shape \(60, 2\), but must have"):
        spotter.fit(X, np.column_stack([y, y]))


def test_no_clips_are_refused(words):
    X, y = words
    with pytest.raises(ValueError, match="y is empty, but must have the words of clip"):
        KeywordSpotter(Untrainable(), sr=16000).fit(X[:0], y[:0])


def test_rate_and_length_of_what_votes(words, pipe, tmp_path):
    X, y = words
    paths = [tmp_path / f"{i}.wav" for i in range(9)]
    for path, clip in zip(paths, X[::7], strict=True):
        soundfile.write(path, clip, 16000)
    loading = make_pipeline(LoadAudio(duration=1.0), *map(clone, pipe))
    voters = VotingClassifier([("no", "drop"), ("one", loading)], voting="soft")
    spotter = KeywordSpotter(voters).fit(paths, y[::7])
    _, alone = KeywordSpotter(loading.fit(paths, y[::7])).scores(X[0])
    assert_allclose(spotter.scores(X[0])[1], alone)
    with pytest.raises(ValueError, match="sr is 8000, but the classifier's waveforms"):
        KeywordSpotter(voters, sr=8000).fit(paths, y[::7])
    # Fitted to arrays, these tell the length, and what loads has another rate.
    for duration in (0.5, 1.0):
        loading.set_params(loadaudio__duration=duration, loadaudio__input_sr=16000)
        voters = VotingClassifier([("one", loading)], voting="soft").fit(X, y)
        assert len(KeywordSpotter(voters, sr=16000).scores(X[0])[0]) == 1


def test_a_fitted_classifier_without_probabilities_is_refused(recording):
    fitted = LinearSVC().fit(np.eye(50), np.arange(50) % 2)
    with pytest.raises(ValueError, match=r"LinearSVC\(\), but must have predict_proba"):
        KeywordSpotter(fitted, sr=50).detect(recording.data)


def test_the_length_of_what_is_no_recording(spotter):
    for samples in (np.zeros((2, 16000)), np.zeros(0), 3.0):
        with pytest.raises(ValueError, match="^The recording (has|is) "):
            spotter.seconds(samples)


def test_refused_recordings(spotter, recording, tmp_path):
    empty, cut = tmp_path / "empty.wav", tmp_path / "cut.flac"
    empty.touch()
    soundfile.write(cut, recording.data, 16000)
    cut.write_bytes(cut.read_bytes()[:-20000])
    with pytest.raises(ValueError, match="empty.wav is empty"):
        spotter.detect(empty)
    with pytest.raises(ValueError, match="cut.flac"):
        spotter.detect(cut)
    with pytest.raises(FileNotFoundError, match="none.wav does not exist"):
        spotter.detect(tmp_path / "none.wav")
    with pytest.raises(ValueError, match="The recording has no samples"):
        spotter.detect([])
    with pytest.raises(ValueError, match="The recording contains NaN"):
        spotter.detect(np.full(16000, np.nan))
    for strange in (np.array(["a", "b"]), None, 0.5):
        with pytest.raises(ValueError, match="must be numbers"):
            spotter.detect(strange)
    with pytest.raises(ValueError, match="of the type int64, but must be floats or"):
        spotter.detect([1, 2, 3])
    with pytest.raises(ValueError, match=r"the shape \(2, 100\), but must have the"):
        spotter.detect(np.zeros((2, 100)))
    with pytest.raises(ValueError, match=r"sr is 0, but"):
        spotter.detect(recording.data, sr=0)


def test_refused_tuning(spotter, recording):
    with pytest.raises(ValueError, match="recordings has 1 entries, but truth has 0"):
        spotter.tune([recording.data], [])
    with pytest.raises(ValueError, match="recordings is empty"):
        spotter.tune([], [])
    with pytest.raises(ValueError, match=r"truth\[0\] has 'up', but the words to spot"):
        spotter.tune([recording.data], [[("up", 0, 1)]])
    for flat in ([("yes", 1.0, 2.0)], [[("yes", 1.0)]], [[("yes", "1", "2")]]):
        with pytest.raises(
            ValueError, match=r"truth\[0\]\[0\] is .*\(word, start, end"
        ):
            spotter.tune([recording.data], flat)
    with pytest.raises(TypeError, match="recordings is the single path a.wav, but"):
        spotter.tune("a.wav", [recording.truth])
    with pytest.raises(ValueError, match="false_alarms_per_hour is -1"):
        spotter.tune([recording.data], [recording.truth], -1)
    for other in (np.full(9000, np.nan), None, np.zeros(0)):
        with pytest.raises(ValueError, match=r"^recordings\[1\] (is|has|contains) "):
            spotter.tune([recording.data, other], [recording.truth, []])
    assert not hasattr(spotter, "thresholds_")


def test_refused_lists(spotter, recording):
    for recordings, truth in ((None, []), ([recording.data], iter([[]]))):
        with pytest.raises(TypeError, match="^(recordings|truth) is .*, but must be a"):
            spotter.tune(recordings, truth)
    with pytest.raises(ValueError, match="of parts of different shapes, but must be"):
        spotter.detect((recording.data, 16000))


def test_unfitted(pipe):
    with pytest.raises(NotFittedError, match="classifier is not fitted yet: call fit"):
        KeywordSpotter(clone(pipe)).stream()


def test_the_rate_must_be_known():
    X = np.random.default_rng(0).normal(size=(10, 50))
    classifier = LogisticRegression().fit(X, np.arange(10) % 2)
    with pytest.raises(ValueError, match="sr is None, but no step"):
        KeywordSpotter(classifier).detect(X[0])
    assert KeywordSpotter(classifier, sr=50).words_ == [0, 1]


def test_a_stream_survives_a_bad_chunk(spotter, recording):
    expected = spotter.detect(recording.data)
    stream = spotter.stream()
    half = len(recording.data) // 2
    found = stream.push(recording.data[:half])
    for unheard_of in (np.nan, 1e39, np.float32(1e25)):
        with pytest.raises(ValueError, match="The chunk contains NaN"):
            stream.push([unheard_of])
    with pytest.raises(ValueError, match="The chunk is of the type"):
        stream.push(["noise"])
    with pytest.raises(ValueError, match="rate 8000 Hz, but the stream was begun with"):
        stream.push(recording.data[:10], sr=8000)
    found += stream.push([]) + stream.push(recording.data[half:], sr=16000)
    assert found + stream.close() == expected
    assert stream.close() == []
    with pytest.raises(ValueError, match="The stream is closed"):
        stream.push(recording.data[:10])


class Fragile(LogisticRegression):
    """A classifier that does not take every window."""

    def predict_proba(self, X):
        if X[0, 0] == 9:
            raise ValueError("A nine.")
        return super().predict_proba(X)


def fragile_spotter(**params):
    """Return a quiet and a loud clip, and a spotter of both by windows side by side."""
    rng = np.random.default_rng(0)
    X = np.concatenate([rng.normal(-1, 0.1, (10, 50)), rng.normal(1, 0.1, (10, 50))])
    classifier = Fragile().fit(X, np.repeat(["quiet", "loud"], 10))
    settings = {"sr": 50, "hop": 1.0, "smoothing": 0, "patience": 0, "refractory": 0}
    return (X[0], X[10]), KeywordSpotter(classifier, **{**settings, **params})


def test_a_window_that_the_classifier_refuses_is_not_met_again():
    X = np.random.default_rng(0).normal(size=(10, 50))
    stream = KeywordSpotter(Fragile().fit(X, np.arange(10) % 2), sr=50).stream()
    with pytest.raises(ValueError, match="A nine"):
        stream.push(np.concatenate([X[0], [9], X[1], X[2]]))
    stream.push(X[3])


@pytest.mark.parametrize("size", [25, 50, 500])
def test_words_around_a_window_that_is_refused_are_heard(size):
    (quiet, loud), spotter = fragile_spotter()
    recording = np.concatenate([quiet, loud, quiet, loud])
    expected = spotter.detect(recording)
    recording[100] = 9  # at the start of the third window, which is then nothing
    stream, found, n_refused = spotter.stream(), [], 0
    for start in range(0, len(recording), size):
        try:
            found += stream.push(recording[start : start + size])
        except ValueError:
            n_refused += 1
    found += stream.push([]) + stream.close()
    assert n_refused == 1
    assert found == [one for one in expected if one.start != 2]


def test_words_before_a_last_window_that_is_refused_are_not_lost():
    (_, loud), spotter = fragile_spotter(reject=["quiet"], patience=1)
    stream = spotter.stream()
    found = stream.push(np.concatenate([loud, [9]]))
    with pytest.raises(ValueError, match="A nine"):
        stream.close()
    found += stream.close()
    assert [(one.word, one.start) for one in found] == [("loud", 0.0)]
    assert stream.close() == []


@pytest.mark.parametrize(
    "first", [StandardScaler(), LogSpectrogram()], ids=["samples", "frames"]
)
def test_steps_that_work_in_place_leave_the_next_windows_alone(first, words, recording):
    def scores(copy):
        rows = FunctionTransformer(as_rows)
        scaler = StandardScaler(copy=copy)
        X, y = words
        if isinstance(first, StandardScaler):
            pipe = make_pipeline(scaler, LogisticRegression(C=0.01, max_iter=1000))
        else:
            pipe = make_pipeline(first, rows, scaler, LogisticRegression(C=0.01))
        pipe.fit(X / np.float32(32768), y)
        return KeywordSpotter(pipe, sr=16000).scores(recording.data[:48000])[1]

    np.testing.assert_array_equal(scores(copy=False), scores(copy=True))


def test_a_spotter_hears_the_scale_it_was_fitted_with():
    rng = np.random.default_rng(0)
    X = [rng.normal(0, size, (20, 1000)) for size in (300, 3000)]
    X = np.concatenate(X).astype("int16")
    words = make_pipeline(
        FunctionTransformer(lambda X: np.std(X, axis=1, keepdims=True)),
        StandardScaler(),
        LogisticRegression(),
    )
    spotter = KeywordSpotter(words, sr=1000).fit(X, np.repeat(["quiet", "loud"], 20))
    for clip in (X[:1], X[-1:]):
        np.testing.assert_array_equal(
            spotter.predict_proba(clip), spotter.scores(clip[0])[1]
        )
    assert spotter.predict(X[[0, -1]]).tolist() == ["quiet", "loud"]


def test_a_table_of_clips():
    X = np.random.default_rng(0).normal(size=(12, 50))
    y = np.tile(["a", "b", "_unknown_"], 4)
    table = pd.DataFrame(X, columns=[f"sample {i}" for i in range(50)])
    spotter = KeywordSpotter(LogisticRegression(), sr=50, random_state=0).fit(table, y)
    np.testing.assert_array_equal(spotter.predict(table), spotter.predict(X))


def test_a_spotter_in_a_spotter_is_refused(spotter, words, recording):
    outer = KeywordSpotter(spotter)
    with pytest.raises(ValueError, match="estimator is a KeywordSpotter, but must be"):
        outer.detect(recording.data)
    with pytest.raises(ValueError, match="estimator is a KeywordSpotter, but must be"):
        outer.fit(*words)


def test_a_search_that_keeps_no_classifier_is_refused(words):
    search = GridSearchCV(LogisticRegression(), {"C": [1, 2]}, refit=False)
    with pytest.raises(
        ValueError, match="is a GridSearchCV with refit=False, but must"
    ):
        KeywordSpotter(search, sr=16000).fit(*words)


@pytest.mark.parametrize(("seconds", "expected"), [(0.5, 0.7), (1, 0.7), (3, 2.7)])
def test_a_longer_window_is_deaf_for_longer(seconds, expected):
    X = np.random.default_rng(0).normal(size=(10, round(100 * seconds)))
    spotter = KeywordSpotter(LogisticRegression(), sr=100).fit(X, np.arange(10) % 2)
    assert refractory_of(spotter) == pytest.approx(expected)
    assert refractory_of(spotter.set_params(refractory=0)) == 0


def test_rates_that_do_not_agree_are_refused(words):
    X, y = words
    rows = FunctionTransformer(lambda X: X.mean(axis=1))
    low = make_pipeline(LogSpectrogram(sr=8000), rows, DummyClassifier()).fit(X, y)
    with pytest.raises(ValueError, match="^LoadAudio gives waveforms of 16000 Hz, but"):
        KeywordSpotter(make_pipeline(LoadAudio(), low)).detect(X[0])


def test_what_is_no_estimator_is_not_fitted():
    spotter = KeywordSpotter("x", sr=100)
    assert not spotter.__sklearn_is_fitted__()
    assert not hasattr(spotter, "classes_")


def test_many_channels_of_a_length_that_leaves_few_samples_at_the_end():
    X = np.random.default_rng(0).normal(size=(10, 100))
    spotter = KeywordSpotter(LogisticRegression().fit(X, np.arange(10) % 2), sr=100)
    samples = np.random.default_rng(1).normal(size=1010)
    times, _ = spotter.scores(np.tile(samples[:, None], (1, 65)))
    assert len(times) == 1 + (1010 - 100) // 10


def test_a_stream_without_memory_is_closed(spotter, monkeypatch):
    def fail(self, n_rows):
        raise MemoryError

    stream = spotter.stream()
    monkeypatch.setattr("skkws.spotting._buffer.Buffer._make_room", fail)
    with pytest.raises(MemoryError):
        stream.push(np.zeros(16000))
    with pytest.raises(ValueError, match="The stream is closed"):
        stream.push(np.zeros(10))


def test_no_progress_bar_where_there_is_no_terminal(pipe, recording, monkeypatch):
    monkeypatch.setattr("sys.stderr", None)
    spotter = KeywordSpotter(pipe, verbose=1)
    assert spotter.detect(recording.data[:32000]) is not None


def test_samples_in_any_layout_and_of_16_bit_floats(spotter, recording):
    channels = np.tile(recording.data, (8, 1))
    expected = spotter.detect(np.ascontiguousarray(channels.T))
    assert spotter.detect(channels.T) == expected
    assert spotter.detect((recording.data / 32768).astype("float16"))


def test_as_many_false_alarms_as_allowed(spotter, monkeypatch):
    recording = np.zeros(160)
    spotter.set_params(hop=0.1)
    asked = []
    monkeypatch.setattr(
        _listening, "tuned_thresholds", lambda *a, **_: asked.append(a[3])
    )
    monkeypatch.setattr(_listening, "seconds_of", lambda *_: 50 * 3600)
    spotter.tune([recording], [[]], 0.7)
    assert asked == [35]


def test_a_stream_of_nothing_has_no_words(spotter):
    assert spotter.set_params(threshold=0).stream().close() == []


def test_channels_are_averaged_in_chunks_of_any_length(spotter, recording):
    stereo = np.stack([recording.data, recording.data], axis=1)[:160001]
    expected = spotter.detect(recording.data[:160001])
    assert spotter.detect(stereo) == expected
    stream = spotter.stream()
    found = stream.push(stereo[:160000]) + stream.push(stereo[160000:])
    assert found + stream.push(stereo[:0]) + stream.close() == expected


def test_thresholds_are_of_the_words_they_were_tuned_for(pipe, recording):
    spotter = KeywordSpotter(pipe, reject=["no", "_unknown_"])
    spotter.tune([recording.data], [[]]).set_params(reject=None)
    with pytest.raises(ValueError, match=r"tuned for \['yes'\], but the words to spot"):
        spotter.detect(recording.data)


@pytest.mark.parametrize("wrap", ["passthrough", "nested", "search", "frozen"])
def test_pipelines_around_the_classifier(wrap, pipe, words, recording):
    if wrap == "search":
        classifier = GridSearchCV(pipe, {"resize__size": [(20, 20)]}, cv=2).fit(*words)
    elif wrap == "frozen":
        loading = LoadAudio(duration=1.0).fit(["a.wav"])
        classifier = FrozenEstimator(Pipeline([("load", loading), *pipe.steps]))
    else:
        first = "passthrough" if wrap == "passthrough" else FunctionTransformer()
        classifier = Pipeline([("first", first), ("words", pipe)])
    if wrap == "nested":
        with pytest.raises(ValueError, match="duration is None, but the classifier"):
            KeywordSpotter(classifier).detect(recording.data)
    found = KeywordSpotter(classifier, duration=1.0).detect(recording.data)
    expected = KeywordSpotter(pipe).detect(recording.data)
    assert [one[:3] for one in found] == [one[:3] for one in expected]
    scores = [[one.score for one in heard] for heard in (found, expected)]
    np.testing.assert_allclose(*scores, atol=1e-5)


class Weighed(LogisticRegression):
    def fit(self, X, y, sample_weight=None):
        self.weight_ = sample_weight
        return super().fit(X, y, sample_weight)


def test_metadata_are_routed_to_the_classifier(words):
    X, y = words
    weight = np.linspace(1, 2, len(X))
    with config_context(enable_metadata_routing=True):
        classifier = Weighed().set_fit_request(sample_weight=True)
        spotter = KeywordSpotter(classifier, sr=16000, n_views=None)
        spotter.set_score_request(sample_weight=True)
        search = GridSearchCV(spotter, {"hop": [0.1]}, cv=2)
        search.fit(X[:, ::40], y, sample_weight=weight)
        assert search.best_estimator_.estimator_.weight_ is not None
        with pytest.raises(TypeError, match="unexpected argument"):
            spotter.fit(X[:, ::40], y, weight=weight)
    spotter.fit(X[:, ::40], y, sample_weight=weight)  # as before, without routing
    assert spotter.estimator_.weight_ is not None


def test_words_after_several_windows_that_are_refused_at_once():
    (quiet, loud), spotter = fragile_spotter(reject=["quiet"])
    stream = spotter.stream()
    chunk = np.concatenate([quiet, quiet, quiet, loud])
    chunk[[0, 50, 100]] = 9
    with pytest.raises(ValueError, match="A nine"):
        stream.push(chunk)
    with pytest.raises(ValueError, match="A nine"):
        stream.close()
    assert [(one.word, one.start) for one in stream.close()] == [("loud", 3.0)]


def test_an_interrupted_stream_is_closed():
    class Interrupted(LogisticRegression):
        def predict_proba(self, X):
            raise KeyboardInterrupt

    X = np.random.default_rng(0).normal(size=(10, 50))
    stream = KeywordSpotter(Interrupted().fit(X, np.arange(10) % 2), sr=50).stream()
    with pytest.raises(KeyboardInterrupt):
        stream.push(X[0])
    with pytest.raises(ValueError, match="The stream is closed"):
        stream.push(X[1])
    assert stream.close() == []
