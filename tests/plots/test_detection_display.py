import numpy as np
import pytest
import soundfile
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import KeywordSpotter
from skkws.plots import DetectionDisplay
from skkws.spotting import Detection

plt = pytest.importorskip("matplotlib.pyplot")

SR = 2000
WORDS = {"high": 400, "low": 60}  # Hz


def tone(word, n_samples):
    return 0.5 * np.sin(np.arange(n_samples) / SR * 2 * np.pi * WORDS[word])


def spectra(X):
    """Return how loud each word's frequency and all others are."""
    power = np.abs(np.fft.rfft(X))
    at = list(WORDS.values())
    return np.column_stack([power[:, at], power.mean(axis=1)]) / 30


@pytest.fixture(scope="module")
def spotter():
    rng = np.random.default_rng(0)
    y = np.array(["_silence_", "high", "low"])[np.arange(60) % 3]
    X = rng.normal(0, 0.05, size=(60, SR))
    for clip, word in zip(X, y, strict=True):
        if word in WORDS:
            clip[400:1600] += tone(word, 1200)
    classifier = make_pipeline(FunctionTransformer(spectra), LogisticRegression())
    return KeywordSpotter(classifier, hop=0.25, sr=SR, n_views=None).fit(X, y)


@pytest.fixture(scope="module")
def recording():
    """18 s with a word in the middle of every third second, and what it says."""
    samples = np.random.default_rng(1).normal(0, 0.05, size=18 * SR)
    truth = []
    for i, start in enumerate(range(1, 18, 3)):
        word = ["high", "low"][i % 2]
        samples[int((start + 0.2) * SR) :][:1200] += tone(word, 1200)
        truth.append((word, start + 0.2, start + 0.8))
    return samples, truth


def test_the_whole_recording(spotter, recording):
    samples, truth = recording
    display = DetectionDisplay.from_estimator(spotter, samples, truth=truth)
    times, scores = spotter.scores(samples)
    detections = spotter.detect(samples)
    assert [d.word for d in detections] == [word for word, *_ in truth]
    for line, word, column in zip(
        display.lines_, spotter.words_, scores.T, strict=True
    ):
        assert line.get_label() == word
        np.testing.assert_array_equal(line.get_xdata(), times)
        np.testing.assert_array_equal(line.get_ydata(), column)
    for labels in (display.detection_labels_, display.truth_labels_):
        assert [label.get_text() for label in labels] == [word for word, *_ in truth]
    for mark, found in zip(display.marks_, detections, strict=True):
        assert mark.get_xdata()[0] == pytest.approx((found.start + found.end) / 2)
        assert mark.get_ydata()[0] == found.score
    top, bottom = display.axes_
    assert top.get_xlim() == bottom.get_xlim() == (0, 18)
    assert top.images
    assert top.figure is bottom.figure is display.figure_


@pytest.mark.parametrize("as_file", [False, True])
def test_a_stretch_shows_what_is_heard_in_the_whole(
    spotter, recording, as_file, tmp_path
):
    samples, truth = recording
    played = samples.astype(np.float32)
    if as_file:
        played = tmp_path / "recording.wav"
        soundfile.write(played, samples, SR, subtype="FLOAT")
    times, scores = spotter.scores(played)
    middles = [(d.start + d.end) / 2 for d in spotter.detect(played)]
    for start, duration in ((0, 4.0), (3.7, 7), (10.3, 5.1), (15, 50)):
        display = DetectionDisplay.from_estimator(
            spotter, played, truth=truth, start=start, duration=duration
        )
        end = min(18, start + duration)
        assert display.axes_[1].get_xlim() == pytest.approx((start, end))
        inside = (times >= start) & (times <= end)
        np.testing.assert_array_equal(display.lines_[0].get_xdata(), times[inside])
        np.testing.assert_allclose(
            display.lines_[0].get_ydata(), scores[inside, 0], atol=1e-6
        )
        np.testing.assert_allclose(
            [mark.get_xdata()[0] for mark in display.marks_],
            [middle for middle in middles if start <= middle <= end],
        )
        assert [text.get_text() for text in display.truth_labels_] == [
            word for word, a, b in truth if b > start and a < end
        ]


def test_a_patient_spotter_listens_far_beyond_the_stretch(spotter, recording):
    samples, _ = recording
    patient = clone(spotter).set_params(
        estimator=spotter.estimator_, patience=4, smoothing=2, threshold=0.1
    )
    times, scores = patient.scores(samples)
    middles = [(d.start + d.end) / 2 for d in patient.detect(samples)]
    for end in np.arange(2, 12, 0.5):
        display = DetectionDisplay.from_estimator(patient, samples, duration=end)
        np.testing.assert_array_equal(
            display.lines_[1].get_ydata(), scores[times <= end, 1]
        )
        shown = [mark.get_xdata()[0] for mark in display.marks_]
        assert shown == [middle for middle in middles if middle <= end]
        plt.close(display.figure_)


def test_a_recording_of_another_rate(spotter, recording):
    slow = np.repeat(recording[0], 2)
    display = DetectionDisplay.from_estimator(spotter, slow, sr=2 * SR, start=3)
    assert len(display.samples) == 15 * 2 * SR
    assert display.axes_[0].get_xlim() == (3, 18)
    assert len(display.marks_) == 5


def test_the_image_is_where_the_sound_is():
    samples = np.zeros(16000)
    samples[8000:8400] = np.random.default_rng(0).normal(size=400)
    display = DetectionDisplay.from_predictions(
        samples, 16000, [], np.zeros((0, 1)), ["yes"], [], start=100.0
    )
    (image,) = display.axes_[0].images
    first, last, *_ = image.get_extent()
    loudness = image.get_array().mean(axis=0)
    loudest = first + (loudness.argmax() + 0.5) / len(loudness) * (last - first)
    assert loudest == pytest.approx(100.5125, abs=0.01)


def test_given_axes_and_looks(recording):
    figure, axes = plt.subplots(2)
    display = DetectionDisplay.from_predictions(
        recording[0][:SR],
        SR,
        [0.5],
        [[0.9, 0.1]],
        ["high", "low"],
        [("high", 0.0, 1.0, 0.9)],
        axes=axes,
        lw=3,
        ls="-.",
    )
    assert display.figure_ is figure
    assert list(display.axes_) == list(axes)
    assert {line.get_linewidth() for line in display.lines_} == {3}
    assert display.truth_labels_ == []
    assert {line.get_linestyle() for line in display.lines_} == {"-."}
    assert len({line.get_color() for line in display.lines_}) == 2
    with pytest.raises(ValueError, match=r"axes has the shape \(\), but must be two"):
        display.plot(axes[0])


def test_axes_of_a_figure_within_another_and_words_with_dollars():
    outer = plt.figure()
    left, _ = outer.subfigures(1, 2)
    display = DetectionDisplay.from_predictions(
        np.zeros(SR),
        SR,
        [0.5],
        [[0.9]],
        ["$a_$"],
        [("$a_$", 0.0, 1.0, 0.9)],
        truth=[("$a_$", 0.2, 0.6)],
        axes=left.subplots(2),
    )
    assert display.figure_ is left
    assert [text.get_text() for text in display.detection_labels_] == ["$a_$"]
    outer.draw_without_rendering()


def test_what_does_not_fit_together_is_refused():
    given = {
        "samples": np.zeros(SR),
        "sr": SR,
        "times": [0.5],
        "scores": [[0.9, 0.1]],
        "words": ["high", "low"],
        "detections": [],
    }
    for changes, message in (
        ({"samples": np.zeros((2, 5))}, r"samples has the shape \(2, 5\)"),
        ({"samples": []}, "with at least one"),
        ({"times": [0.5, 1]}, r"times has the shape \(2,\) and scores \(1, 2\)"),
        ({"words": ["high"]}, "as there are 1 words"),
        ({"start": np.nan}, "start is nan, but must be a number of seconds"),
        ({"detections": [Detection("mid", 0, 1, 0.9)]}, "detections has 'mid'"),
    ):
        with pytest.raises(ValueError, match=message):
            DetectionDisplay.from_predictions(**{**given, **changes})


def test_stretches_that_there_are_not(spotter, recording):
    samples, _ = recording
    for changes, message in (
        ({"start": 19}, "start is 19 s, but the recording lasts 18 s"),
        ({"start": -1}, "start is -1, but must be a number of seconds from 0 on"),
        ({"duration": 0}, "duration is 0, but must be a positive number of seconds"),
    ):
        with pytest.raises(ValueError, match=message):
            DetectionDisplay.from_estimator(spotter, samples, **changes)
    with pytest.raises(FileNotFoundError, match=r"nowhere\.wav does not exist"):
        DetectionDisplay.from_estimator(spotter, "nowhere.wav")
    with pytest.raises(NotFittedError, match="not fitted yet"):
        DetectionDisplay.from_estimator(KeywordSpotter(LogisticRegression()), samples)


def test_a_pair_of_samples_and_rate_is_no_recording(spotter, recording):
    with pytest.raises(ValueError, match="The recording is a tuple of parts of differ"):
        DetectionDisplay.from_estimator(spotter, (recording[0], 16000))
