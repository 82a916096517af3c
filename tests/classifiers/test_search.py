"""The classifiers inside scikit-learn's searches and ensembles."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import BaggingClassifier, VotingClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    HalvingGridSearchCV,
    RandomizedSearchCV,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import LogSpectrogram, Normalize


@pytest.fixture
def tones():
    """36 waveforms (n, 1600) of three noisy tones, and their names."""
    rng = np.random.default_rng(0)
    y = np.array(["high", "low", "mid"])[np.arange(36) % 3]
    pitch = np.select([y == "high", y == "mid"], [3000, 1000], 300)[:, None]
    X = np.sin(2 * np.pi * pitch * np.arange(1600) / 16000)
    return (X + rng.normal(0, 0.3, X.shape)).astype(np.float32), y


@pytest.mark.slow
def test_search_scores_alike_with_one_and_two_workers(small, tones):
    X, y = tones
    pipe = make_pipeline(LogSpectrogram(), Normalize("bin"), small())
    pipe.fit(X, y)  # the parent has trained before it starts workers
    grid = {
        "logspectrogram__n_mels": [None, 10],
        f"{pipe.steps[-1][0]}__dropout": [0, 0.5],
    }
    scores = []
    for n_jobs in (1, 2):
        search = GridSearchCV(pipe, grid, cv=2, n_jobs=n_jobs).fit(X, y)
        scores.append(search.cv_results_["mean_test_score"])
        assert search.predict_proba(X).shape == (36, 3)
    assert_array_equal(scores[0], scores[1])
    assert_array_equal(
        cross_val_score(pipe, X, y, cv=2, n_jobs=1),
        cross_val_score(pipe, X, y, cv=2, n_jobs=2),
    )


def test_search_with_pipeline_memory(small, tones, tmp_path):
    X, y = tones
    pipe = make_pipeline(LogSpectrogram(), Normalize("bin"), small())
    grid = {"normalize__axis": [None, "bin"]}
    scores = []
    for memory in (None, str(tmp_path)):
        search = GridSearchCV(pipe.set_params(memory=memory), grid, cv=2).fit(X, y)
        scores.append(search.cv_results_["mean_test_score"])
    assert_array_equal(*scores)


@pytest.mark.slow
def test_groups_and_other_searches(small, clips):
    X, y = clips
    score = cross_val_score(small(), X, y, cv=GroupKFold(2), groups=np.arange(40) // 5)
    assert np.isfinite(score).all()
    grid = {"dropout": [0.0, 0.3], "learning_rate": [0.01, 0.001]}
    for search in (
        RandomizedSearchCV(small(), grid, n_iter=2, cv=2, random_state=0),
        HalvingGridSearchCV(small(), grid, cv=2, random_state=0, resource="epochs",
                            max_resources=4, min_resources=1),
    ):  # fmt: skip
        search.fit(X, y)
        assert search.best_score_ > 0.3


@pytest.mark.slow
def test_ensembles(small, clips):
    X, y = clips
    flat = make_pipeline(
        FunctionTransformer(lambda X: X.mean(axis=2)), LogisticRegression()
    )
    ensembles = [
        CalibratedClassifierCV(small(), cv=2),
        VotingClassifier([("a", small()), ("b", flat)], voting="soft"),
    ]
    for ensemble in ensembles:
        proba = ensemble.fit(X, y).predict_proba(X)
        assert_allclose(proba.sum(axis=1), 1, rtol=1e-4)
        assert proba.shape == (40, 3)


@pytest.mark.slow
def test_bagging_of_waveforms(small, tones):
    X, y = tones
    words = make_pipeline(LogSpectrogram(), Normalize("bin"), small(epochs=10))
    bagging = BaggingClassifier(words, n_estimators=3, random_state=0).fit(X, y)
    assert bagging.score(X, y) > 0.9


def test_folds_share_compiled_code(small, clips, monkeypatch):
    from skkws.classifiers import _engine

    X, y = clips
    small(dropout=0.11).fit(X, y)
    monkeypatch.setattr(_engine, "Engine", None)  # nothing new is to be built
    monkeypatch.setattr(_engine, "Trainer", None)
    for seed in (1, 2):
        small(dropout=0.11, random_state=seed, learning_rate=0.1 * seed).fit(X, y)
    small(dropout=0.11, label_smoothing=0.3, epochs=1).fit(X[:30], y[:30])


def fit_in_fork(words, X, y, answers):
    try:
        words.fit(X, y)
    except RuntimeError as error:
        answers.put(str(error))
    else:
        answers.put("fitted")


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # is what is tested
@pytest.mark.filterwarnings("ignore:.*fork:RuntimeWarning")
def test_fork_is_refused_in_a_sentence(small, clips):
    import multiprocessing

    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system cannot fork")
    words = small().fit(*clips)
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=fit_in_fork, args=(words, *clips, answers))
    child.start()
    try:
        assert "forked" in answers.get(timeout=300)
    finally:
        child.kill()
        child.join()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*fork:RuntimeWarning")
def test_search_by_fork_says_what_is_wrong(small, clips):
    import multiprocessing

    if multiprocessing.get_start_method() != "fork":
        pytest.skip("joblib's multiprocessing does not fork here")
    X, y = clips
    search = GridSearchCV(small().fit(X, y), {"dropout": [0.0, 0.1]}, cv=2)
    with (
        joblib.parallel_config("multiprocessing", n_jobs=2),
        pytest.raises(ValueError, match="This process was forked"),
    ):
        search.fit(X, y)


def test_memmapped_clips(small, clips, tmp_path):
    X, y = clips
    joblib.dump(X, tmp_path / "X.joblib")
    mapped = joblib.load(tmp_path / "X.joblib", mmap_mode="r")
    assert_array_equal(
        small().fit(mapped, y).predict_proba(mapped), small().fit(X, y).predict_proba(X)
    )
