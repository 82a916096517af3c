"""The compiled prediction path."""

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose

from skkws.classifiers import _engine
from skkws.classifiers._prediction import FEW_CLIPS, STATE_FORMAT


def test_any_number_of_clips(small, clips):
    X, y = clips
    words = small().fit(X, y)
    many = np.concatenate([X] * 4)  # 160: two full batches and a part
    proba = words.predict_proba(many)
    for n_clips in (1, 2, 63, 64, 65, 128, 129):
        assert_allclose(words.predict_proba(many[:n_clips]), proba[:n_clips], atol=1e-6)


def test_one_shape_is_compiled_and_no_more(small, clips, monkeypatch):
    X, y = clips
    words = small().fit(X, y)
    seen, state = set(), words._state
    with _engine.borrowed_engine(state["architecture"], state["weights"]) as engine:
        forward = engine._forward

        def spy(x):
            seen.add(x.shape)
            return forward(x)

        monkeypatch.setattr(engine, "_forward", spy)
    for n_clips in (1, FEW_CLIPS, FEW_CLIPS + 1, 40):
        words.predict_proba(X[:n_clips])
    assert seen == {(_engine.BATCH, 12, 6)}


def test_fits_do_not_disturb_each_other(small, clips):
    X, y = clips
    one, other = small().fit(X, y), small(random_state=1).fit(X, y)
    first, second = one.predict_proba(X), other.predict_proba(X)
    assert abs(first - second).max() > 1e-3
    assert_allclose(one.predict_proba(X), first, atol=1e-7)
    assert_allclose(other.predict_proba(X), second, atol=1e-7)


def test_threads_predict_at_once(small, clips):
    import joblib

    X, y = clips
    words = [small(random_state=seed).fit(X, y) for seed in range(2)]
    expected = [w.predict_proba(X) for w in words]
    with joblib.parallel_config("threading", n_jobs=4):
        found = joblib.Parallel()(
            joblib.delayed(words[i % 2].predict_proba)(X) for i in range(20)
        )
    for i, proba in enumerate(found):
        assert_allclose(proba, expected[i % 2], atol=1e-6)


def test_few_engines_are_kept(small, clips, monkeypatch):
    monkeypatch.setattr(_engine, "MAX_IDLE", 2)
    for dropout in (0.01, 0.02, 0.03):
        small(dropout=dropout, epochs=1).fit(*clips)
    assert len(_engine._idle) == 2


def test_changing_model_leaves_the_classifier(small, clips):
    X, y = clips
    words = small().fit(X, y)
    before = words.predict_proba(X)
    words.model_.set_weights([w + 1 for w in words.model_.get_weights()])
    assert_allclose(words.predict_proba(X), before)


def test_a_network_of_a_newer_skkws_is_refused(small, clips):
    saved = pickle.loads(pickle.dumps(small(epochs=1).fit(*clips)))
    saved._state["format"] = STATE_FORMAT + 1
    with pytest.raises(ValueError, match="saved by a newer skkws, in format 2 of"):
        pickle.loads(pickle.dumps(saved))
