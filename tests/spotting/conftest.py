import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import LogSpectrogram, Normalize, Resize
from skkws.datasets import make_spoken_words
from skkws.spotting import make_recording


def as_rows(X):
    return X.reshape(len(X), -1)


@pytest.fixture(scope="session")
def words():
    """60 clips of three words, one of which is to be rejected."""
    pytest.importorskip("espeakng_loader", reason="needs espeakng-loader")
    clips = make_spoken_words(["yes", "no", "left"], 20, random_state=0)
    y = np.where(clips.target == "left", "_unknown_", clips.target)
    return clips.data, y


@pytest.fixture(scope="session")
def pipe(words):
    """A fitted Pipeline that needs no Keras."""
    return make_pipeline(
        LogSpectrogram(),
        Normalize("clip"),
        Resize((20, 20)),
        FunctionTransformer(as_rows),
        LogisticRegression(C=0.01, max_iter=1000),
    ).fit(*words)


@pytest.fixture(scope="session")
def recording(words):
    """Half a minute with twelve of the clips and some noise."""
    X, y = words
    noise = [np.random.default_rng(0).normal(size=48000)]
    return make_recording(
        X[::5], y[::5], duration=30, noise=noise, snr=20, random_state=0
    )
