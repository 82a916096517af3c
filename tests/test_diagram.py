"""What notebooks show of Pipelines, classifiers and spotters."""

import re
from html import unescape

import joblib
import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    KeywordSpotter,
    LogSpectrogram,
    Normalize,
)

QUICK = {"epochs": 2, "augment": None, "random_state": 0}
CONVOLUTIONS = {"kernel_size": 3, "strides": 1}


def test_a_spotter_whose_settings_do_not_fit(waveforms):
    classifier = LogisticRegression().fit(*waveforms)
    for spotter in (
        KeywordSpotter(classifier),  # without a rate
        KeywordSpotter(classifier, sr=4000, reject=["up"]),
        KeywordSpotter(KeywordSpotter(classifier)),
    ):
        assert not hasattr(spotter, "words_") or not hasattr(spotter, "delay_")
        assert "KeywordSpotter" in spotter._repr_html_()


@pytest.fixture
def waveforms():
    X = np.random.default_rng(0).normal(size=(8, 4000))
    return X, ["no", "yes"] * 4


def captions(html):
    return [unescape(text) for text in re.findall(r'class="caption">(.*?)<', html)]


@pytest.mark.parametrize(
    ("classifier", "layers"),
    [
        (
            KerasGRUClassifier(16, filters=(4, 8), **CONVOLUTIONS, **QUICK),
            "Conv2D 4, 8; bidirectional GRU 16; attention; Dense 2",
        ),
        (
            KerasGRUClassifier(
                (16, 8), bidirectional=False, filters=(), pooling=None, **QUICK
            ),
            "GRU 16, 8; Dense 2",
        ),
        (
            KerasCNNClassifier(
                (4, 8),
                frame_filters=(8,),
                frame_dilation_rate=1,
                pooling="average",
                dense_units=(5,),
                **CONVOLUTIONS,
                **QUICK,
            ),
            "Conv2D 4, 8; Conv1D 8; Dense 5, 2",
        ),
    ],
    ids=["gru", "framewise", "cnn"],
)
def test_a_fitted_network_is_described(waveforms, classifier, layers):
    pipe = make_pipeline(LogSpectrogram(n_mels=20), Normalize("clip"), classifier)
    assert captions(pipe._repr_html_()) == []
    pipe.fit(*waveforms)
    n_parameters = pipe[-1].model_.count_params()
    n_frames = pipe[:-1].transform(waveforms[0]).shape[1]
    (caption,) = captions(pipe._repr_html_())
    assert caption == (
        f"{layers}. {n_parameters:,} parameters, input {n_frames} frames x 20 bins, "
        "2 epochs run"
    )


def test_showing_a_loaded_classifier_builds_no_network(
    waveforms, tmp_path, monkeypatch
):
    pipe = make_pipeline(
        LogSpectrogram(n_mels=20), KerasGRUClassifier(8, filters=(), **QUICK)
    )
    joblib.dump(pipe.fit(*waveforms), tmp_path / "words.joblib")
    classifier = joblib.load(tmp_path / "words.joblib")[-1]
    monkeypatch.delattr("skkws.classifiers._networks.fitted_network")
    html = classifier._repr_html_()
    assert "2 epochs run" in captions(html)[0]
    assert ("n_iter_" in html) == hasattr(BaseEstimator, "_get_fitted_attr_html")
    with pytest.raises(ImportError):
        classifier.model_  # noqa: B018


def test_a_spotter_shows_the_classifier_in_use(waveforms):
    spotter = KeywordSpotter(
        make_pipeline(LogSpectrogram(n_mels=20), KerasGRUClassifier(8, **QUICK))
    )
    html = spotter._repr_html_()
    assert "estimator: Pipeline" in html
    assert "Not fitted" in html
    html = spotter.fit(*waveforms)._repr_html_()
    assert "estimator_: Pipeline" in html
    assert "2 epochs run" in captions(html)[0]
    html = KeywordSpotter(spotter.estimator_)._repr_html_()
    assert "2 epochs run" in captions(html)[0]
    assert "Not fitted" not in html


def test_any_classifier_can_be_shown_in_a_spotter():
    assert "LogisticRegression" in KeywordSpotter(LogisticRegression())._repr_html_()
