import numpy as np
import pytest
import soundfile
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skkws import LoadAudio, LogSpectrogram, Normalize
from skkws.audio import AddNoise
from skkws.features import MFCC, PCEN, Resize
from skkws.plots import SpectrogramDisplay

plt = pytest.importorskip("matplotlib.pyplot")

SR = 16000
# A click at 0.6 s in a tone of 2 kHz.
CLIP = 0.1 * np.sin(np.arange(SR) / SR * 2 * np.pi * 2000)
CLIP[int(0.6 * SR)] = 30


def words_pipeline(**params):
    return Pipeline(
        [
            ("noise", AddNoise()),
            ("spectrogram", LogSpectrogram(**params)),
            ("normalize", Normalize("clip")),
            ("resize", Resize((40, 20), antialias=True)),
            ("classify", LogisticRegression()),
        ]
    )


def place_of_tick(ax, label):
    texts = [text.get_text() for text in ax.get_yticklabels()]
    return ax.get_yticks()[texts.index(label)]


@pytest.mark.parametrize("center", [True, False])
@pytest.mark.parametrize("n_mels", [40, None])
@pytest.mark.parametrize("stage", ["spectrogram", 2, -2])
def test_click_and_tone_are_drawn_where_they_are(center, n_mels, stage):
    pipeline = words_pipeline(center=center, n_mels=n_mels)
    display = SpectrogramDisplay.from_estimator(pipeline, CLIP, stage=stage)
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == (
        "Time (s)",
        "Frequency (kHz)",
    )
    drawn = display.image_.get_array()
    first, last, low, high = display.image_.get_extent()
    assert low == -0.5
    assert high == len(drawn) - 0.5
    frame = (first - last) / drawn.shape[1]
    # The click fills all bins; the highest have nothing else.
    column = drawn[-len(drawn) // 4 :].sum(axis=0).argmax()
    click = first + (column + 0.5) * (last - first) / drawn.shape[1]
    assert click == pytest.approx(0.6, abs=abs(frame))
    tone = drawn[:, : drawn.shape[1] // 2].mean(axis=1).argmax()
    assert tone == pytest.approx(place_of_tick(display.ax_, "2"), abs=0.75)


def test_default_stage_is_the_last_transformer_and_classifiers_need_no_fit():
    display = SpectrogramDisplay.from_estimator(words_pipeline(), CLIP)
    assert display.spectrogram.shape == (40, 20)
    fitted = words_pipeline()[:-1].fit([CLIP, CLIP])
    np.testing.assert_array_equal(display.spectrogram, fitted.transform([CLIP])[0])
    without = SpectrogramDisplay.from_estimator(fitted, CLIP)
    np.testing.assert_array_equal(display.spectrogram, without.spectrogram)


def test_resizing_keeps_the_span_of_time_and_the_places_of_frequencies():
    pipeline = words_pipeline()
    before = SpectrogramDisplay.from_estimator(pipeline, CLIP, stage="normalize")
    after = SpectrogramDisplay.from_estimator(pipeline, CLIP, stage="resize")
    np.testing.assert_allclose(
        before.image_.get_extent()[:2], after.image_.get_extent()[:2], atol=1e-9
    )
    shares = [
        (place_of_tick(display.ax_, "1") + 0.5) / display.spectrogram.shape[1]
        for display in (before, after)
    ]
    assert shares[0] == pytest.approx(shares[1], abs=0.02)


@pytest.mark.parametrize(
    ("steps", "labels"),
    [
        ([LogSpectrogram()], ("Frequency (kHz)", "Power (ln)")),
        ([LogSpectrogram(log="db")], ("Frequency (kHz)", "Power (dB)")),
        ([LogSpectrogram(power=1, log=None)], ("Frequency (kHz)", "Magnitude")),
        ([LogSpectrogram(), "passthrough"], ("Frequency (kHz)", "Power (ln)")),
        ([LogSpectrogram(fmax=900)], ("Frequency (Hz)", "Power (ln)")),
        ([LogSpectrogram(log=None), PCEN()], ("Frequency (kHz)", "Normalised energy")),
        ([LogSpectrogram(), MFCC(13)], ("Coefficient", "Cepstrum")),
        (
            [LogSpectrogram(), MFCC(13), Normalize("clip")],
            ("Coefficient", "Standard deviations"),
        ),
        ([LogSpectrogram(), MFCC(13), Resize((9, 9))], ("Bin", "Cepstrum")),
        ([LogSpectrogram(), FunctionTransformer()], ("Bin", "Value")),
        (
            [make_pipeline(LogSpectrogram(), Normalize("clip")), Resize((9, 9))],
            ("Frequency (kHz)", "Standard deviations"),
        ),
    ],
    ids=str,
)
def test_axes_say_what_they_are(steps, labels):
    display = SpectrogramDisplay.from_estimator(make_pipeline(*steps), CLIP)
    ax = display.ax_
    assert ax.get_xlabel() == "Time (s)"
    assert (ax.get_ylabel(), display.colorbar_.ax.get_ylabel()) == labels


def test_frames_of_an_unknown_step_have_times_only_if_there_are_as_many():
    halves = FunctionTransformer(lambda X: X[:, ::2])
    display = SpectrogramDisplay.from_estimator(
        make_pipeline(LogSpectrogram(), halves), CLIP
    )
    assert display.ax_.get_xlabel() == "Frame"
    assert display.times is None


def test_no_two_ticks_of_frequency_are_close():
    for n_mels in (10, 40, 128):
        display = SpectrogramDisplay.from_estimator(LogSpectrogram(n_mels=n_mels), CLIP)
        places = np.sort(display.ax_.get_yticks()) / n_mels
        assert len(places) >= 4
        assert np.diff(places).min() >= 0.08


@pytest.mark.parametrize("band", [(2100, 3900), (1100, 1900), (4100, 7900)])
def test_a_band_between_octaves_has_ticks(band):
    low, high = band
    step = LogSpectrogram(n_fft=2048, fmin=low, fmax=high, n_mels=20)
    display = SpectrogramDisplay.from_estimator(step, CLIP)
    unit = 1000 if "kHz" in display.ax_.get_ylabel() else 1
    ticks = [float(t.get_text()) * unit for t in display.ax_.get_yticklabels()]
    assert len(ticks) >= 2
    assert low <= min(ticks) < max(ticks) <= high
    assert (np.diff(display.ax_.get_yticks()[np.argsort(ticks)]) > 0).all()


def test_axes_that_have_ticks_are_drawn_over():
    _, ax = plt.subplots()
    SpectrogramDisplay.from_estimator(LogSpectrogram(), CLIP, ax=ax)
    SpectrogramDisplay.from_predictions(np.zeros((30, 13)), ax=ax)
    ax.figure.draw_without_rendering()
    ticks, texts = ax.get_yticks(), ax.get_yticklabels()
    numbers = [float(text.get_text().replace("\N{MINUS SIGN}", "-")) for text in texts]
    assert numbers == ticks.tolist()


@pytest.mark.parametrize("name", ["origin", "extent"])
def test_places_of_frames_and_bins_are_no_looks(name):
    with pytest.raises(TypeError, match=f"^{name} cannot be given, as frames and bins"):
        SpectrogramDisplay.from_predictions(np.zeros((3, 4)), **{name: "upper"})


def test_path_and_samples_give_the_same(tmp_path):
    path = tmp_path / "word.wav"
    soundfile.write(path, CLIP / 30, SR, subtype="FLOAT")
    pipeline = make_pipeline(LoadAudio(), LogSpectrogram())
    one = SpectrogramDisplay.from_estimator(pipeline, path)
    two = SpectrogramDisplay.from_estimator(pipeline, (CLIP / 30).astype(np.float32))
    np.testing.assert_array_equal(one.spectrogram, two.spectrogram)
    with pytest.raises(ValueError, match="begins with LogSpectrogram: give samples"):
        SpectrogramDisplay.from_estimator(LogSpectrogram(), path)


def test_a_spectrogram_as_clip_has_frames_and_bins():
    display = SpectrogramDisplay.from_estimator(Normalize("clip"), np.eye(9))
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("Frame", "Bin")


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        ("noise", r"stage 'noise' \(AddNoise\) gives a waveform of the shape \(16000,"),
        (0, "must give a spectrogram"),
        ("classify", "is a LogisticRegression, but must be a transformer"),
        (-1, "is a LogisticRegression, but must be a transformer"),
        ("mfcc", r"must be None, the name of one of the steps \['noise', 'spec"),
        (5, "or an index of these"),
        (True, "or an index of these"),
    ],
)
def test_stages_that_cannot_be_drawn(stage, message):
    with pytest.raises(ValueError, match=message):
        SpectrogramDisplay.from_estimator(words_pipeline(), CLIP, stage=stage)


def test_a_batch_is_no_clip():
    with pytest.raises(ValueError, match=r"^clip has the shape \(1, .*such as X\[0\]"):
        SpectrogramDisplay.from_estimator(LogSpectrogram(), CLIP[np.newaxis])


def test_the_best_of_a_search_is_drawn():
    words = make_pipeline(LogSpectrogram(), DummyClassifier())
    X, y = np.stack([CLIP] * 4), [0, 1, 0, 1]
    search = GridSearchCV(words, {"logspectrogram__n_mels": [9]}, cv=2).fit(X, y)
    display = SpectrogramDisplay.from_estimator(search, CLIP, stage="logspectrogram")
    assert display.spectrogram.shape[1] == 9


def test_complex_numbers_are_refused():
    with pytest.raises(ValueError, match="^spectrogram is of the type complex128, but"):
        SpectrogramDisplay.from_predictions(np.ones((2, 2), complex))


def test_a_step_that_learns_must_be_fitted():
    with pytest.raises(NotFittedError):
        SpectrogramDisplay.from_estimator(
            make_pipeline(LogSpectrogram(), Normalize()), CLIP
        )


def test_from_predictions_in_given_axes_without_colour_bar():
    figure, ax = plt.subplots()
    display = SpectrogramDisplay.from_predictions(
        np.eye(3), times=[0, 0.1, 0.2], ax=ax, colorbar=False, cmap="gray"
    )
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert display.colorbar_ is None
    assert len(figure.axes) == 1
    assert display.image_.get_cmap().name == "gray"
    again = display.plot()
    assert again is display
    assert again.figure_ is not figure


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"spectrogram": np.zeros(3)}, r"spectrogram has the shape \(3,\)"),
        ({"spectrogram": np.zeros((0, 3))}, "at least one of each"),
        ({"times": [0, 1]}, "spectrogram has 3 frames"),
        ({"times": [0, 1, 3]}, "must rise by equal steps"),
        ({"times": list("abc")}, "times has other values, but must rise by equal"),
        ({"times": [0, 1, np.nan]}, "must rise by equal steps"),
        ({"frequencies": [100, 200]}, "spectrogram has 4 bins"),
        ({"frequencies": [1, 3, 2, 4]}, "must rise"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, message):
    given = {"spectrogram": np.zeros((3, 4)), **changes}
    with pytest.raises(ValueError, match=message):
        SpectrogramDisplay.from_predictions(**given)
