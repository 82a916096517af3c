import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from skkws.plots import DetectionDisplay, DetectionErrorDisplay
from skkws.plots._style import COLOURS
from skkws.spotting import Detection, DetectionErrors, KeywordSpotter

plt = pytest.importorskip("matplotlib.pyplot")

TRUTH = [("yes", 1.0, 1.4), ("no", 3.0, 3.4)]
HEARD = [Detection("yes", 0.8, 1.8, 0.9), Detection("no", 5.0, 6.0, 0.6)]


class Listener(KeywordSpotter):
    """Hears the same, whatever is played."""

    words_ = ["no", "yes"]

    def candidates(self, recording, sr=None):
        return HEARD

    def seconds(self, recording, sr=None):
        return 1800.0


def test_from_estimator_and_from_predictions_agree():
    listener = Listener(None, refractory=0.7)
    one = DetectionErrorDisplay.from_estimator(listener, [0.0], TRUTH)
    two = DetectionErrorDisplay.from_predictions(TRUTH, HEARD, seconds=1800)
    np.testing.assert_array_equal(one.false_alarms_per_hour, [0, 2])
    np.testing.assert_array_equal(one.miss_rates, [0.5, 0.5])
    for a, b in zip(one.line_.get_data(), two.line_.get_data(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert one.ax_.get_legend().get_texts()[0].get_text() == "Listener"
    assert two.ax_.get_legend() is None


def test_a_word_that_the_spotter_does_not_know_is_refused():
    with pytest.raises(ValueError, match="^truth has 'up', but the words to spot are"):
        DetectionErrorDisplay.from_estimator(Listener(None), [0.0], [("up", 0, 1)])


def test_two_curves_in_one_picture():
    _, ax = plt.subplots()
    first = DetectionErrorDisplay.from_predictions(
        TRUTH, HEARD, seconds=1800, ax=ax, name="a", color="C1"
    )
    second = first.plot(ax, name="b")
    assert second.ax_ is first.ax_ is ax
    assert second.figure_ is ax.figure
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert len(ax.lines) == 2


def test_curves_have_the_colours_and_dashes_of_all_displays():
    _, ax = plt.subplots()
    display = DetectionErrorDisplay.from_predictions(TRUTH, HEARD, seconds=1800, ax=ax)
    display.plot(ax)
    assert [line.get_color() for line in ax.lines] == list(COLOURS[:2])
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]


def test_style_can_be_given_by_any_name():
    display = DetectionErrorDisplay.from_predictions(
        TRUTH, HEARD, seconds=1800, name="a", c="red", ls=":", label="b"
    )
    assert display.line_.get_color() == "red"
    assert display.line_.get_linestyle() == ":"
    assert display.line_.get_label() == "b"


@pytest.mark.parametrize("display", [DetectionDisplay, DetectionErrorDisplay])
def test_what_is_no_spotter(display):
    other = LogisticRegression()
    with pytest.raises(
        TypeError, match="^spotter is LogisticRegression.*, but must be"
    ):
        display.from_estimator(other, np.zeros(16000), truth=[])


def test_a_curve_of_one_threshold_is_seen():
    display = DetectionErrorDisplay.from_predictions(
        [("yes", 1, 1.4)], [Detection("yes", 0.8, 1.8, 0.9)], seconds=3600
    )
    rates, misses = display.line_.get_data()
    np.testing.assert_array_equal(rates, [0, 10])
    np.testing.assert_array_equal(misses, [0, 0])


def test_the_curve_has_the_area_of_the_errors():
    # Two false alarms less at a lower threshold.
    errors = DetectionErrors(np.array([2, 0]), np.array([0.5, 0.25]), np.ones(2))
    display = DetectionErrorDisplay(
        false_alarms_per_hour=errors.false_alarms_per_hour,
        miss_rates=errors.miss_rates,
    ).plot()
    rates, misses = display.line_.get_data()
    np.testing.assert_array_equal(rates, [0, 2, 10])
    np.testing.assert_array_equal(misses, [25, 25, 25])
    assert errors.area() == 0.25
