"""The whole walk, from recordings to words, on real speech."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    LoadAudio,
    LogSpectrogram,
    Normalize,
    Resize,
)
from skkws.datasets import fetch_mini_speech_commands

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def clips():
    try:
        return fetch_mini_speech_commands(download_if_missing=False, load=False)
    except FileNotFoundError as error:
        pytest.skip(f"mini_speech_commands: {error}")


@pytest.mark.parametrize(
    ("network", "least"),
    # What three epochs reached on the validation speakers, less a margin of 5 points;
    # the figures of a whole fit are in benchmarks/results/question.json.
    [(KerasGRUClassifier(epochs=3), 0.87), (KerasCNNClassifier(epochs=3), 0.80)],
    ids=["gru", "cnn"],
)
def test_default_pipeline_learns_eight_words(clips, network, least, tmp_path):
    train, validation = (clips.split == part for part in ("train", "validation"))
    pipe = Pipeline(
        [
            ("load", LoadAudio()),
            ("spectrogram", LogSpectrogram()),
            ("normalize", Normalize()),
            ("classify", network.set_params(random_state=0)),
        ]
    )
    pipe.fit(clips.data[train], clips.target[train])
    assert pipe.score(clips.data[validation], clips.target[validation]) > least
    joblib.dump(pipe, tmp_path / "words.joblib")
    back = joblib.load(tmp_path / "words.joblib")
    some = clips.data[validation][:10]
    assert_array_equal(back.predict_proba(some), pipe.predict_proba(some))


def test_example_of_the_readme(clips):
    rng = np.random.default_rng(0)
    rows = rng.permutation(np.flatnonzero(clips.split == "train"))[:160]
    X, y = LoadAudio().transform(clips.data[rows]), clips.target[rows]
    pipe = Pipeline(
        [
            ("spectrogram", LogSpectrogram()),
            ("resize", Resize((32, 32))),
            ("normalize", Normalize()),
            ("classify", KerasGRUClassifier(epochs=2, random_state=0)),
        ]
    )
    search = GridSearchCV(
        pipe,
        {"spectrogram__n_mels": [None, 40], "classify__units": [64, 128]},
        cv=2,
        n_jobs=2,
    ).fit(X, y)
    assert search.predict_proba(X).shape == (160, 8)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
