import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    LogSpectrogram,
    Normalize,
    Resize,
)
from skkws.classifiers import CAUSAL_GRU
from skkws.features import MFCC, PCEN
from skkws.spotting import KeywordSpotter
from skkws.spotting._causal import is_causal
from skkws.spotting._settings import timing_of

SMALL = {**CAUSAL_GRU, "filters": (4, 6, 8), "units": 8, "epochs": 1, "augment": None}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 8000)).astype(np.float32) / 10
Y = np.arange(12) % 3
STREAM = RNG.normal(size=60_000).astype(np.float32) / 10


def spotter_of(normalize="bin", **params):
    classifier = KerasGRUClassifier(**{**SMALL, **params}, random_state=0)
    words = make_pipeline(LogSpectrogram(), Normalize(normalize), classifier)
    return KeywordSpotter(words, smoothing=0).fit(X, Y)


def posteriors_of(spotter):
    return spotter._listener(timing_of(spotter))._posteriors


def carries_state(spotter):
    return "CausalNetwork" in repr(posteriors_of(spotter)._listen.__closure__)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"pooling": "average"},
        {"pooling": "max"},
        {"pooling": "last"},
        {"pooling": None},
        {"filters": ()},
        {"units": (8, 6), "recurrent_batch_norm": True},
        {"conv_axes": 1, "filters": (8, 8), "kernel_size": (5, 3), "strides": (2, 3)},
        {"batch_norm": False, "dropout": 0.0},
        {"strides": ((3, 2), (4, 2), (1, 2))},
        {"kernel_size": (2, 3, 3), "strides": ((5, 2), (1, 2), (1, 2))},
    ],
)
def test_a_stream_has_the_posteriors_of_its_windows(params):
    spotter = spotter_of(**params)
    assert carries_state(spotter)
    _, scores = spotter.scores(STREAM)
    windows = np.lib.stride_tricks.sliding_window_view(STREAM, 8000)[::1600]
    expected = spotter.predict_proba(windows)
    assert np.ptp(expected, axis=0).min() > 1e-3
    np.testing.assert_allclose(scores[: len(expected)], expected, atol=1e-5)


@pytest.mark.parametrize("hop", [0.03, 0.1, 0.12, 0.6])
def test_any_hop(hop):
    spotter = spotter_of().set_params(hop=hop)
    _, scores = spotter.scores(STREAM)
    step = round(hop * 16000)
    windows = np.lib.stride_tricks.sliding_window_view(STREAM, 8000)[::step]
    expected = spotter.predict_proba(windows)
    np.testing.assert_allclose(scores[: len(expected)], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("hop", "params"),
    [
        (0.01, {}),
        (0.01, {"kernel_size": (3, 5, 1), "strides": ((3, 2), (2, 2), (1, 2))}),
        (0.1, {"kernel_size": (5, 5, 1), "strides": ((4, 2), (4, 2), (1, 2))}),
    ],
)
def test_a_window_is_known_when_all_its_frames_are(hop, params):
    spotter = spotter_of(**params).set_params(hop=hop)
    assert carries_state(spotter)
    posteriors, step = posteriors_of(spotter), round(hop * 16000)
    n_known = []
    for end in range(step, 16000 + 1, step):
        n_known.append(len(list(posteriors.push(STREAM[end - step : end]))))
        assert sum(n_known) == max(0, 1 + (end - 8000) // step)


def test_chunks_make_no_difference():
    spotter = spotter_of().set_params(threshold=0.0)
    expected = spotter.detect(STREAM)
    assert expected
    stream, found = spotter.stream(), []
    for start in range(0, len(STREAM), 333):
        found += stream.push(STREAM[start : start + 333])
    assert found + stream.close() == expected


def test_two_streams_do_not_disturb_each_other():
    spotter = spotter_of().set_params(threshold=0.0)
    first, second = spotter.stream(), spotter.stream()
    found = []
    for start in range(0, len(STREAM), 5000):
        found += first.push(STREAM[start : start + 5000])
        second.push(STREAM[::-1][start : start + 5000])
    assert found + first.close() == spotter.detect(STREAM)


@pytest.mark.parametrize(
    ("normalize", "params"),
    [
        ("bin", {"bidirectional": True}),
        ("bin", {"padding": "same"}),
        ("bin", {"output_activation": "tanh"}),
        ("clip", {}),
    ],
)
def test_other_networks_see_whole_windows(normalize, params):
    spotter = spotter_of(normalize, **params)
    assert is_causal(spotter.estimator_[-1]) == (normalize == "clip")
    assert not carries_state(spotter)
    _, scores = spotter.scores(STREAM)
    windows = np.lib.stride_tricks.sliding_window_view(STREAM, 8000)[::1600]
    expected = spotter.predict_proba(windows)
    np.testing.assert_allclose(scores[: len(expected)], expected, atol=1e-5)


@pytest.mark.parametrize(
    "steps",
    [
        [MFCC(n_mfcc=8), Normalize("bin")],
        [PCEN()],
        [Resize((12, 10)), Normalize("clip"), "passthrough"],
        [Normalize("clip"), FunctionTransformer(np.tanh)],
    ],
    ids=str,
)
def test_whole_windows_through_any_steps(steps):
    log = None if isinstance(steps[0], PCEN) else "ln"
    network = KerasCNNClassifier(
        filters=(4,), kernel_size=3, strides=2, epochs=3, random_state=0
    )
    words = make_pipeline(LogSpectrogram(log=log), *steps, network)
    spotter = KeywordSpotter(words, smoothing=0).fit(X, Y)
    _, scores = spotter.scores(STREAM)
    windows = np.lib.stride_tricks.sliding_window_view(STREAM, 8000)[::1600]
    expected = spotter.predict_proba(windows)
    assert np.ptp(expected, axis=0).min() > 1e-3
    np.testing.assert_allclose(scores[: len(expected)], expected, atol=1e-5)


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_grows_in_an_hour():
    spotter = spotter_of()
    posteriors = posteriors_of(spotter)
    noise = RNG.normal(size=16000).astype(np.float32) / 10

    def listen(seconds):
        for _ in range(seconds):
            rows = list(posteriors.push(noise))
        return rows

    def sizes():
        network = posteriors._listen.__closure__[0].cell_contents
        buffers = [posteriors._samples] + [
            convolution._rows
            for chain in network._chains
            for convolution in chain._convolutions
        ]
        return [len(buffer._memory) for buffer in buffers]

    early, before = listen(10), sizes()
    late = listen(3600)
    assert sizes() == before
    np.testing.assert_array_equal(late, early)


@pytest.mark.parametrize(
    ("fitted", "later"),
    [
        ({"padding": "same"}, {"padding": "valid"}),
        ({"bidirectional": True, "padding": "same"}, SMALL),
        ({}, {"bidirectional": True}),
    ],
)
def test_the_network_counts_and_not_what_parameters_are_by_now(fitted, later):
    spotter = spotter_of(**fitted)
    carries = carries_state(spotter)
    assert carries == (not fitted)
    spotter.estimator_[-1].set_params(**later)
    assert carries_state(spotter) == carries
    _, scores = spotter.scores(STREAM)
    windows = np.lib.stride_tricks.sliding_window_view(STREAM, 8000)[::1600]
    expected = spotter.predict_proba(windows)
    np.testing.assert_allclose(scores[: len(expected)], expected, atol=1e-5)


def test_a_step_that_was_changed_after_its_fit_is_refused():
    spotter = spotter_of()
    spotter.estimator_[1].set_params(axis=None)
    with pytest.raises(ValueError, match="axis is None now, but was another in fit"):
        spotter.detect(STREAM)
