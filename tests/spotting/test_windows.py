"""Clips in fit, as a stream shows them."""

import joblib
import numpy as np
import pytest
import soundfile
from numpy.testing import assert_allclose, assert_array_equal
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    TunedThresholdClassifierCV,
)
from sklearn.pipeline import Pipeline, make_pipeline

from skkws import (
    AddNoise,
    KerasGRUClassifier,
    KeywordSpotter,
    LoadAudio,
    LogSpectrogram,
)
from skkws._waveforms import to_float32
from skkws.spotting import _windows
from skkws.spotting._views import CUT, OFF_CENTER, views_of_clips, windows_of

N_VIEWS = 3


class Recorder(ClassifierMixin, BaseEstimator):
    """A classifier that keeps what it is given."""

    def fit(self, X, y, sample_weight=None):
        self.X_, self.y_, self.sample_weight_ = X, y, sample_weight
        self.classes_ = np.unique(y)
        self.n_features_in_ = np.shape(X)[1]
        return self

    def predict_proba(self, X):
        raise NotImplementedError


@pytest.fixture
def clips():
    """Clips of 1000 samples with a word of 100 in the middle of each, by its number."""
    X = np.zeros((5, 1000), dtype=np.int16)
    X[:, 400:500] = np.arange(1, 6)[:, np.newaxis]
    return X, np.array(["yes", "no", "_unknown_", "yes", "_silence_"])


def write_clips(X, folder):
    """Write each clip to a file; return the paths."""
    paths = [folder / f"{i}.wav" for i in range(len(X))]
    for path, clip in zip(paths, X, strict=True):
        soundfile.write(path, clip, 1000)
    return paths


def spotter_of(classifier, **params):
    params = {"n_views": N_VIEWS, **params}
    return KeywordSpotter(classifier, sr=1000, random_state=0, **params)


def test_words_off_the_middle_and_cut(clips):
    X, y = clips
    rejected = ["_unknown_", "_silence_"]
    rows, labels, shifts = views_of_clips(X, y, N_VIEWS, rejected, 0)
    windows = windows_of(X, rows, shifts)
    assert windows.dtype == X.dtype
    assert windows.shape == (len(labels), 1000)
    views = [N_VIEWS + 1, N_VIEWS + 1, N_VIEWS, N_VIEWS + 1, N_VIEWS]
    assert_array_equal(np.bincount(rows), views)
    for window, label, row in zip(windows, labels, rows, strict=True):
        heard = np.flatnonzero(window)
        assert set(window[heard]) <= {row + 1}
        if y[row] == "_silence_":
            assert_array_equal(window, X[row])
            assert label == "_silence_"
        elif label == y[row] and label != "_unknown_":
            off = heard.mean() / 1000 - 0.5
            assert len(heard) == 100
            assert abs(off) <= OFF_CENTER + 0.02
        else:
            assert label == "_unknown_"
            if y[row] != "_unknown_" and len(heard):
                off = heard.mean() / 1000 - 0.5
                assert abs(off) > CUT[0] - 0.03


def test_the_places_are_drawn_by_random_state(clips):
    X, y = clips
    one, same, other = (
        spotter_of(Recorder()).set_params(random_state=seed).fit(X, y).estimator_.X_
        for seed in (0, 0, 1)
    )
    assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_spectrograms_of_some_windows_at_a_time_are_those_of_all(clips, monkeypatch):
    X, y = clips
    noise = [np.random.default_rng(0).normal(size=5000)]
    words = make_pipeline(
        AddNoise(noise, random_state=3), LogSpectrogram(1000, n_mels=5), Recorder()
    )
    in_parts = {}
    for at_once in (4, 1000):
        monkeypatch.setattr(_windows, "AT_ONCE", at_once)
        in_parts[at_once] = spotter_of(words).fit(X, y).estimator_
    monkeypatch.setattr(_windows, "_count_in_parts", lambda *_: 0)
    whole = spotter_of(words).fit(X, y).estimator_
    for fitted in in_parts.values():
        assert_allclose(fitted[-1].X_, whole[-1].X_, rtol=1e-5, atol=1e-5)
        assert_array_equal(fitted[-1].y_, whole[-1].y_)
        assert fitted[0].random_state == 3
        assert fitted.n_features_in_ == 1000
    assert whole[-1].X_.std() > 0.1


def test_without_a_class_to_reject_clips_stay_as_they_are(clips):
    X, _ = clips
    y = ["a", "b", "a", "b", "a"]
    for spotter in (
        spotter_of(Recorder()).fit(X, y),
        spotter_of(Recorder(), n_views=None).fit(X, clips[1]),
    ):
        assert_array_equal(spotter.estimator_.X_, to_float32(X))


def test_refused_number_of_windows(clips):
    with pytest.raises(ValueError, match="n_views is 0, but must be a positive whole"):
        spotter_of(Recorder(), n_views=0).fit(*clips)


def test_cut_words_are_of_the_class_of_other_words(clips):
    X, y = clips
    spotter = spotter_of(Recorder(), reject=["_silence_", "_unknown_"]).fit(X, y)
    labels, counts = np.unique(spotter.estimator_.y_, return_counts=True)
    assert dict(zip(labels, counts, strict=True)) == {
        "_silence_": N_VIEWS,
        "_unknown_": N_VIEWS + 3,
        "no": N_VIEWS,
        "yes": 2 * N_VIEWS,
    }


def test_each_window_has_its_clip_s_weight(clips):
    X, y = clips
    weights = np.arange(1, 6)
    fitted = spotter_of(Recorder()).fit(X, y, sample_weight=weights).estimator_
    heard = np.rint(fitted.X_.max(axis=1) * 32768)  # the number of the clip
    assert_array_equal(fitted.sample_weight_[heard > 0], heard[heard > 0])


@pytest.mark.parametrize("as_given", [lambda x: x, make_pipeline])
def test_a_search_validates_on_windows_of_other_clips(clips, as_given):
    X, y = (np.concatenate([part] * 4) for part in clips)
    X = X + np.arange(len(X))[:, np.newaxis] * 100.0  # which tells the clip
    folds = StratifiedKFold(2, shuffle=True, random_state=0)
    search = GridSearchCV(Knows(), {"by": ["clip"]}, cv=folds, refit=True)
    fitted = spotter_of(as_given(search)).fit(X, y).estimator_
    search = fitted[-1] if isinstance(fitted, Pipeline) else fitted
    assert search.cv_results_["mean_test_score"] == 0
    assert isinstance(search.cv, StratifiedKFold)


def test_a_threshold_is_tuned_on_windows_of_other_clips(clips):
    X, y = (np.concatenate([part] * 4) for part in clips)
    tuned = TunedThresholdClassifierCV(Knows(), cv=0.5, random_state=0)
    with _windows._validated_by_clip(tuned, X, y, {}, np.arange(len(X)).repeat(3)):
        ((train, test),) = tuned.cv
    assert tuned.cv == 0.5
    assert len(train) == len(test) == 30
    assert not set(train // 3) & set(test // 3)


class Knows(ClassifierMixin, BaseEstimator):
    """A classifier whose score is the share of clips that it was fitted with."""

    def __init__(self, by=None):
        self.by = by

    def fit(self, X, y):
        self.classes_, self.clips_ = np.unique(y), set(np.max(X // 100, axis=1))
        self.n_features_in_ = X.shape[1]
        return self

    def predict_proba(self, X):
        raise NotImplementedError

    def score(self, X, y):
        return np.mean([clip in self.clips_ for clip in np.max(X // 100, axis=1)])


def test_a_network_that_stops_early_validates_on_other_clips(clips, monkeypatch):
    X, y = (np.concatenate([part] * 4) for part in clips)
    seen = []

    def fit(self, X, y, groups=None):
        seen.append(groups)
        return self

    monkeypatch.setattr(KerasGRUClassifier, "fit", fit)
    network = KerasGRUClassifier(early_stopping=True)
    words = Pipeline([("network", network)])
    for classifier in (network, words, Pipeline([("words", words)])):
        spotter_of(classifier, duration=1.0).fit(X, y)
    assert len(seen) == 3
    for groups in seen:
        assert len(np.unique(groups)) == len(X) < len(groups)
    seen.clear()
    grid = {"network__early_stopping": [True]}
    search = GridSearchCV(words, grid, cv=2, scoring=lambda *_: 0.0)
    spotter_of(Pipeline([("search", search)]), duration=1.0).fit(X, y)
    assert [len(np.unique(groups)) for groups in seen] == [10, 10, 20]
    assert all(len(np.unique(groups)) < len(groups) for groups in seen)
    # To what else a search may put in the network's place, they mean nothing.
    for grid in ({"network": [Recorder()]}, {"words": [Recorder()]}):
        search = GridSearchCV(
            Pipeline([("words", words)]) if "words" in grid else words,
            grid,
            cv=2,
            scoring=lambda *_: 0.0,
            error_score="raise",
        )
        spotter_of(search, duration=1.0).fit(X, y)


def test_validation_clips_are_no_windows_be_they_as_many(clips, monkeypatch):
    X, y = clips

    def fit(self, X, y, X_val, y_val, sample_weight):
        self.seen = X_val, y_val, sample_weight
        return self

    monkeypatch.setattr(KerasGRUClassifier, "fit", fit)
    spotter = spotter_of(KerasGRUClassifier(), duration=1.0)
    spotter.fit(X, y, X_val=X, y_val=y, sample_weight=np.arange(len(y)))
    X_val, y_val, sample_weight = spotter.estimator_.seen
    assert X_val is X
    assert y_val is y
    assert len(sample_weight) > len(y)


def test_files_are_loaded_before_they_are_shown(clips, tmp_path):
    X, y = clips
    paths = write_clips(X, tmp_path)
    pipe = make_pipeline(LoadAudio(sr=1000), Recorder())
    for one in (
        pipe,
        make_pipeline("passthrough", *(step for _, step in pipe.steps)),
        clone(pipe).set_params(memory=joblib.Memory(tmp_path, verbose=0)),
    ):
        fitted = spotter_of(one).fit(paths, y).estimator_
        expected = spotter_of(Recorder()).fit(X / np.float32(32768), y).estimator_
        assert_array_equal(fitted[-1].X_, expected.X_)
        assert fitted[-2].transform(paths).shape == X.shape


def test_words_in_a_column_are_shown_in_windows(clips):
    X, y = clips
    expected = spotter_of(Recorder()).fit(X, y).estimator_
    fitted = spotter_of(Recorder()).fit(X, y[:, np.newaxis]).estimator_
    assert_array_equal(fitted.X_, expected.X_)
    assert_array_equal(fitted.y_, expected.y_)


def test_silence_of_unsigned_integers_is_their_middle(clips):
    X, y = clips
    unsigned = (X + 128).astype(np.uint8)
    fitted = spotter_of(Recorder()).fit(unsigned, y).estimator_
    expected = spotter_of(Recorder()).fit(X / np.float32(128), y).estimator_
    assert_array_equal(fitted.X_, expected.X_)


def test_refused_clips(clips):
    X, y = clips
    with pytest.raises(
        ValueError, match="sample_weight has 4 entries, but there are 5"
    ):
        spotter_of(Recorder()).fit(X, y, sample_weight=np.ones(4))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        spotter_of(Recorder()).fit(X[:4], y)
    X = X.astype(float)
    X[2, 7] = np.nan
    with pytest.raises(ValueError, match="NaN in clip 2"):
        spotter_of(Recorder()).fit(X, y)


def test_validation_files_are_loaded_where_a_pipeline_routes_them(clips, tmp_path):
    X, y = clips
    paths = write_clips(X, tmp_path)

    class Validated(Recorder):
        def fit(self, X, y, X_val=None):
            self.X_val_ = X_val
            return super().fit(X, y)

    with config_context(enable_metadata_routing=True):
        classifier = Validated().set_fit_request(X_val=True)
        steps = [("load", LoadAudio(sr=1000)), ("words", classifier)]
        pipe = Pipeline(steps, transform_input=["X_val"])
        fitted = spotter_of(pipe).fit(paths, y, X_val=paths).estimator_
    assert_array_equal(fitted[-1].X_val_, X / np.float32(32768))
    assert fitted.transform_input == ["X_val"]


def test_a_column_of_words_is_checked_before_training(clips):
    X, y = clips
    spotter = spotter_of(Recorder()).fit(X, y)
    before = spotter.estimator_
    spotter.set_params(reject=["up"])
    with pytest.raises(ValueError, match="reject has 'up', but the classifier's class"):
        spotter.fit(X, y[:, np.newaxis])
    assert spotter.estimator_ is before


@pytest.mark.parametrize("y", [["a", ["b", "c"]], "yes", [["a", "b"]]])
def test_refused_words_of_clips(clips, y):
    with pytest.raises(ValueError, match="^y has (lists as|the shape)"):
        spotter_of(Recorder()).fit(clips[0], y)
