"""A causal network hears in a stream what it hears in clips."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, KeywordSpotter, LogSpectrogram, Normalize
from skkws.classifiers import CAUSAL_GRU
from skkws.datasets import make_spoken_words
from skkws.spotting import make_recording, miss_rate

pytestmark = pytest.mark.slow


def test_the_accuracy_of_a_causal_gru_does_not_collapse_in_a_stream():
    words = ["yes", "no", "left", "right"]
    clips = make_spoken_words(words, 60, random_state=0)
    test = make_spoken_words(words, 15, random_state=1)
    pipe = make_pipeline(
        LogSpectrogram(),
        Normalize("bin"),
        KerasGRUClassifier(**CAUSAL_GRU, epochs=25, random_state=0),
    )
    spotter = KeywordSpotter(pipe, threshold=0.3).fit(clips.data, clips.target)
    recording = make_recording(
        test.data, test.target, duration=600, snr=30, noise=noise(), random_state=0
    )
    accuracy = spotter.score(test.data, test.target)
    heard = 1 - miss_rate(recording.truth, spotter.detect(recording.data))
    assert accuracy > 0.8
    assert heard > accuracy - 0.1
    # The last minute is heard as well as the first.
    late = [word for word in recording.truth if word[1] > 300]
    assert 1 - miss_rate(late, spotter.detect(recording.data)) > accuracy - 0.15


def noise():
    return [np.random.default_rng(0).normal(size=160_000)]
