"""A causal network hears in a stream what it hears in clips."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, KeywordSpotter, LogSpectrogram, Normalize
from skkws.classifiers import CAUSAL_GRU
from skkws.datasets import make_spoken_words
from skkws.spotting import make_recording, miss_rate

pytest.importorskip("espeakng_loader", reason="needs espeakng-loader")
pytestmark = pytest.mark.slow


def test_the_accuracy_of_a_causal_gru_does_not_collapse_in_a_stream():
    words = ["yes", "no", "left", "right"]
    clips = make_spoken_words(words, 120, random_state=0)
    test = make_spoken_words(words, 15, random_state=1)
    rng = np.random.default_rng(0)
    noise = rng.normal(size=160_000)
    starts = rng.integers(len(noise) - 16000, size=60)
    silence = [noise[start : start + 16000] * rng.uniform(0, 300) for start in starts]
    X = np.concatenate([clips.data, np.array(silence, dtype=np.int16)])
    y = [*clips.target, *["_silence_"] * 60]
    pipe = make_pipeline(
        LogSpectrogram(),
        Normalize("bin"),
        KerasGRUClassifier(**CAUSAL_GRU, epochs=25, random_state=0),
    )
    spotter = KeywordSpotter(pipe, random_state=0).fit(X, y)
    recording = make_recording(
        test.data, test.target, duration=600, snr=30, noise=[noise], random_state=0
    )
    accuracy = spotter.score(test.data, test.target)
    detections = spotter.detect(recording.data)
    assert accuracy > 0.9
    assert 1 - miss_rate(recording.truth, detections) > accuracy - 0.1
    # The last minutes are heard as well as the first, but for a few of thirty words.
    late = [word for word in recording.truth if word[1] > 300]
    assert 1 - miss_rate(late, detections) > accuracy - 0.15
