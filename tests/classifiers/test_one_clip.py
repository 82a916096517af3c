"""The network for one clip gives what the compiled one gives."""

import json
import subprocess
import sys

import numpy as np
import pytest

from skkws.classifiers._one_clip import network_for_one_clip
from skkws.classifiers._prediction import FEW_CLIPS
from tests.networks import NETWORKS, as_if_fitted, gru


@pytest.mark.parametrize("network", NETWORKS)
def test_few_clips_and_many_have_the_same_probabilities(network):
    classifier, X = as_if_fitted(NETWORKS[network])
    assert len(X) > FEW_CLIPS
    many = classifier.predict_proba(X)
    assert np.ptp(many, axis=0).max() > 1e-4
    np.testing.assert_allclose(classifier.predict_proba(X[:3]), many[:3], atol=2e-6)
    assert classifier._one_clip[1] is not None


def test_what_is_not_known_is_left_to_keras():
    classifier, X = as_if_fitted(gru(output_activation="softsign"))
    state = classifier._state
    assert network_for_one_clip(state["architecture"], state["weights"]) is None
    many = classifier.predict_proba(X)
    np.testing.assert_allclose(classifier.predict_proba(X[:1]), many[:1], atol=1e-6)


def test_a_new_fit_makes_a_new_network(small, clips):
    X, y = clips
    words = small().fit(X, y)
    before = words.predict_proba(X[:2])
    words.fit(X[:, ::-1], y)
    np.testing.assert_allclose(
        words.predict_proba(X[:2]), words.predict_proba(X)[:2], atol=1e-6
    )
    assert abs(words.predict_proba(X[:2]) - before).max() > 1e-3


def test_a_saved_network_predicts_without_keras(small, clips, tmp_path):
    import joblib

    X, y = clips
    words = small().fit(X, y)
    joblib.dump((words, X[:2]), tmp_path / "words.joblib")
    expected = words.predict_proba(X[:2])
    code = (
        "import joblib, sys; import numpy as np; "
        f"words, X = joblib.load({str(tmp_path / 'words.joblib')!r}); "
        "print(words.predict_proba(X).tolist()); assert 'keras' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(json.loads(done.stdout), expected, atol=1e-6)
