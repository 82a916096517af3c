import numpy as np
import pytest
import soundfile
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import LoadAudio
from skkws.spotting import KeywordSpotter, miss_rate
from skkws.spotting._settings import thresholds_of


@pytest.fixture
def spotter(pipe):
    return KeywordSpotter(pipe)


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


@pytest.mark.parametrize("rate", [8000, 44100])
def test_chunks_of_another_rate(spotter, recording, rate):
    samples = np.repeat(recording.data, 3)[: 10 * rate].astype(np.float32) / 32768
    expected = spotter.detect(samples, sr=rate)
    assert in_chunks(spotter.stream(sr=rate), samples, 4321) == expected


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
    assert search.best_estimator_.detect(words[0][0]) is not None


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
        ({"refractory": None}, "refractory is None, but must be"),
        ({"threshold": 1.5}, "threshold of 'no' is 1.5, but must be a number from"),
        ({"threshold": {"up": 0.5}}, "threshold has 'up', but the words to spot are"),
        ({"reject": ["up"]}, "reject has 'up', but the classifier's classes are"),
        ({"reject": ["yes", "no", "_unknown_"]}, "reject has all classes"),
        ({"sr": 1.5}, "sr is 1.5, but must be a positive whole number of Hz"),
        ({"duration": -1}, "duration is -1, but must be a positive number"),
    ],
)
def test_refused_parameters(pipe, recording, arguments, message):
    with pytest.raises(ValueError, match=message):
        KeywordSpotter(pipe, **arguments).detect(recording.data)


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
    with pytest.raises(ValueError, match="must be numbers"):
        spotter.detect(np.array(["a", "b"]))
    with pytest.raises(ValueError, match=r"sr is 0, but"):
        spotter.detect(recording.data, sr=0)


def test_refused_tuning(spotter, recording):
    with pytest.raises(ValueError, match="recordings has 1 entries, but truth has 0"):
        spotter.tune([recording.data], [])
    with pytest.raises(ValueError, match="recordings is empty"):
        spotter.tune([], [])
    with pytest.raises(ValueError, match="truth has 'up', but the words to spot are"):
        spotter.tune([recording.data], [[("up", 0, 1)]])
    with pytest.raises(ValueError, match="false_alarms_per_hour is -1"):
        spotter.tune([recording.data], [recording.truth], -1)
    assert not hasattr(spotter, "thresholds_")


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
    with pytest.raises(ValueError, match="The chunk contains NaN"):
        stream.push([np.nan])
    with pytest.raises(ValueError, match="The chunk is of the type"):
        stream.push(["noise"])
    with pytest.raises(ValueError, match="rate 8000 Hz, but the stream was begun with"):
        stream.push(recording.data[:10], sr=8000)
    found += stream.push([]) + stream.push(recording.data[half:], sr=16000)
    assert found + stream.close() == expected
    assert stream.close() == []
    with pytest.raises(ValueError, match="The stream is closed"):
        stream.push(recording.data[:10])
