import numpy as np
import pandas as pd
import pytest

from skkws.spotting import (
    Detection,
    _matching,
    _tuning,
    detection_error_curve,
    false_alarms_per_hour,
    latencies,
    match_detections,
    miss_rate,
)
from skkws.spotting._tuning import tuned_thresholds

TRUTH = [("yes", 10.0, 10.5), ("no", 12.0, 12.4), ("yes", 20.0, 20.5)]


def heard(word, middle, score=0.9):
    return Detection(word, middle - 0.5, middle + 0.5, score)


@pytest.mark.parametrize(
    ("detections", "rows"),
    [
        ([heard("yes", 10.2)], [0]),
        ([heard("no", 10.2)], [None]),
        ([heard("yes", 9.76), heard("yes", 20.74)], [0, 2]),
        ([heard("yes", 9.74), heard("yes", 20.76)], [None, None]),
        ([heard("yes", 10.1), heard("yes", 10.4)], [0, None]),
        ([heard("yes", 10.4), heard("yes", 10.1)], [None, 0]),
        ([heard("up", 10.2), heard("no", 12.2)], [None, 1]),
        ([], []),
    ],
)
def test_matching(detections, rows):
    assert match_detections(TRUTH, detections) == rows
    shuffled = TRUTH[::-1]
    expected = [None if row is None else 2 - row for row in rows]
    assert match_detections(shuffled, detections) == expected


def test_the_nearer_of_two_occurrences():
    truth = [("yes", 1.0, 1.4), ("yes", 1.5, 1.9)]
    assert match_detections(truth, [heard("yes", 1.45)]) in ([0], [1])
    assert match_detections(truth, [heard("yes", 1.6), heard("yes", 1.2)]) == [1, 0]


def test_an_occurrence_that_a_middle_lies_in_is_the_nearest():
    truth = [("go", 1.0, 2.2), ("go", 2.3, 2.6)]
    detections = [Detection("go", 1.6, 2.6, 0.9), Detection("go", 2.0, 3.0, 0.9)]
    assert match_detections(truth, detections) == [0, 1]


def test_figures():
    detections = [heard("yes", 10.2), heard("no", 15), heard("no", 16)]
    assert miss_rate(TRUTH, detections) == pytest.approx(2 / 3)
    assert np.isnan(miss_rate([], detections))
    assert false_alarms_per_hour(TRUTH, detections, 1800) == 4
    assert latencies(TRUTH, detections, 0.3) == pytest.approx([10.7 + 0.3 - 10.5])
    assert miss_rate(TRUTH, [heard("yes", 11)], tolerance=1) == pytest.approx(2 / 3)


def test_curve():
    detections = [
        heard("yes", 10.2, 0.9),
        heard("no", 12.2, 0.5),
        heard("no", 15, 0.7),
        heard("yes", 20.2, 0.3),
    ]
    curve = detection_error_curve(TRUTH, detections, seconds=3600)
    np.testing.assert_array_equal(curve.thresholds, [0.9, 0.7, 0.5, 0.3])
    np.testing.assert_allclose(curve.miss_rates, [2 / 3, 2 / 3, 1 / 3, 0])
    np.testing.assert_array_equal(curve.false_alarms_per_hour, [0, 1, 1, 1])
    # Two thirds up to one false alarm an hour, nothing from there on.
    assert curve.area(most=2) == pytest.approx((2 / 3 + 0) / 2)
    assert curve.area(most=1) == pytest.approx(2 / 3)


def test_curve_matches_anew_at_every_threshold():
    candidates = [heard("yes", 10.1, 0.5), heard("yes", 10.4, 0.9)]
    curve = detection_error_curve(TRUTH[:1], candidates, seconds=3600, refractory=0)
    np.testing.assert_array_equal(curve.miss_rates, [0, 0])
    np.testing.assert_array_equal(curve.false_alarms_per_hour, [0, 1])


def test_curve_checks_the_truth_once(monkeypatch):
    calls = []

    def counted(name, truth):
        calls.append((name, truth))
        return truth

    monkeypatch.setattr(_matching, "truth_of", counted)
    monkeypatch.setattr(_tuning, "truth_of", counted)
    candidates = [heard("yes", 10.2, score) for score in (0.3, 0.5, 0.7)]
    assert len(detection_error_curve(TRUTH, candidates, seconds=3600).thresholds) == 3
    assert calls == [("truth", TRUTH)]


def test_curve_of_nothing_heard():
    curve = detection_error_curve(TRUTH, [], seconds=3600)
    assert len(curve.thresholds) == 0
    assert curve.area() == 1


def test_tuning_spends_false_alarms_where_they_gain_most():
    truth = [[("a", t, t + 0.5) for t in range(0, 50, 5)], [("b", 1, 2)]]
    hits = [heard("a", t + 0.2, 0.1 + t / 100) for t in range(0, 50, 5)]
    wrong = [heard("a", 60, 0.295), heard("a", 61, 0.05)]
    other = [heard("b", 1.5, 0.6), heard("b", 1.6, 0.4), heard("b", 9, 0.7)]
    candidates = [hits + wrong, other]

    def tuned(n_false_alarms):
        return tuned_thresholds(
            ["a", "b"], candidates, truth, n_false_alarms, 0.7, per_word=0
        )

    none = tuned(0)
    assert none == {"a": pytest.approx((0.295 + 0.30) / 2), "b": pytest.approx(0.85)}
    one = tuned(1)
    assert one == {"a": pytest.approx((0.05 + 0.10) / 2), "b": pytest.approx(0.85)}
    two = tuned(2)
    assert two["b"] == pytest.approx(0.3)
    more = tuned(99)
    assert max(more.values()) <= 0.3


def test_tuned_thresholds_keep_their_promise_in_the_next_recording():
    words = list("abcdefgh")
    rng = np.random.default_rng(0)

    def recording():
        said = [heard(words[i % 8], 2 * i, rng.beta(4, 1)) for i in range(800)]
        wrong = [heard(words[i % 8], 2000 + 2 * i, rng.beta(1, 4)) for i in range(400)]
        return said, said + wrong

    def n_wrong(per_word):
        said, candidates = recording()
        truth = [(one.word, one.start + 0.25, one.end - 0.25) for one in said]
        thresholds = tuned_thresholds(words, [candidates], [truth], 2, 0.7, per_word)
        said, candidates = recording()
        return sum(one.score > thresholds[one.word] for one in candidates[len(said) :])

    mean = {n: np.mean([n_wrong(n) for _ in range(50)]) for n in (0, 2, np.inf)}
    # Own thresholds let one more through for almost every word.
    assert mean[0] > 6
    assert mean[2] < 4
    assert mean[np.inf] < 4


def test_tuned_thresholds_lie_between_a_words_own_and_a_common_one():
    hits = [heard("a", 2 * i, 0.9) for i in range(9)]
    hits += [heard("b", 100 + 2 * i, 0.3) for i in range(9)]
    wrong = [heard("a", 1000, 0.8), heard("b", 2000, 0.4), heard("b", 3000, 0.1)]
    truth = [(one.word, one.start + 0.25, one.end - 0.25) for one in hits]

    def tuned(per_word):
        return tuned_thresholds(["a", "b"], [hits + wrong], [truth], 1, 0.7, per_word)

    own, common, both = tuned(0), tuned(np.inf), tuned(0.5)
    assert own == {"a": pytest.approx(0.85), "b": pytest.approx(0.2)}
    assert common == {"a": pytest.approx(0.6), "b": pytest.approx(0.6)}
    assert both == {"a": pytest.approx(0.725), "b": pytest.approx(0.4)}


@pytest.mark.parametrize("score", [0.8, 1.0])
@pytest.mark.parametrize("n_false_alarms", [0, 1, 3, 4])
def test_false_alarms_of_one_score_are_not_more_than_allowed(score, n_false_alarms):
    wrong = [heard("a", 2 * i, score) for i in range(4)]
    threshold = tuned_thresholds(["a"], [wrong], [[]], n_false_alarms, 0.7)["a"]
    assert sum(one.score >= threshold for one in wrong) in (0, n_false_alarms)


@pytest.mark.parametrize(
    ("refractory", "threshold"), [(0.7, 0.85), (0.0, 0.85), (0.9, 0.45)]
)
def test_a_word_that_is_heard_twice_is_a_false_alarm(refractory, threshold):
    twice = [heard("a", 5.0, 0.9), heard("a", 5.8, 0.8)]
    tuned = tuned_thresholds(["a"], [twice], [[("a", 5.0, 5.8)]], 0, refractory)
    assert tuned == {"a": pytest.approx(threshold)}


def test_a_second_time_that_rounding_has_shortened_counts():
    twice = [heard("a", 5.0, 0.9), heard("a", 5.0 + 0.7 - 1e-9, 0.8)]
    tuned = tuned_thresholds(["a"], [twice], [[("a", 5.0, 5.8)]], 0, 0.7)
    assert tuned == {"a": pytest.approx(0.85)}


def test_a_threshold_between_two_numbers_that_follow_each_other():
    better = float(np.nextafter(0.5, 1))
    candidates = [heard("no", 1, 0.5), heard("yes", 10.2, better)]
    thresholds = tuned_thresholds(["no", "yes"], [candidates], [TRUTH], 0, 0.7)
    assert 0.5 < thresholds["no"] <= better


def test_the_area_where_a_lower_threshold_has_fewer_false_alarms():
    # At .5 a window before shuts out the word that is taken for another.
    truth = [("yes", 0.3, 0.7), ("yes", 10, 10.5)]
    candidates = [heard("yes", 0.5, 0.5), heard("no", 0.8), heard("yes", 10.25)]
    curve = detection_error_curve(truth, candidates, seconds=3600)
    assert curve.false_alarms_per_hour.tolist() == [1, 0]
    assert curve.miss_rates.tolist() == [0.5, 0]
    assert curve.area() == 0


def test_a_recording_has_a_length():
    with pytest.raises(ValueError, match="seconds is 0, but must be a number"):
        false_alarms_per_hour([], [], seconds=0)
    with pytest.raises(ValueError, match="seconds is -1, but must be a number"):
        detection_error_curve([], [], seconds=-1)


@pytest.mark.parametrize(
    "figure",
    [
        match_detections,
        miss_rate,
        lambda *rows: false_alarms_per_hour(*rows, seconds=1800),
        lambda *rows: latencies(*rows, delay=0.3),
        lambda *rows: detection_error_curve(*rows, seconds=1800).area(),
    ],
)
def test_tables(figure):
    detections = [heard("yes", 10.2), heard("no", 15.0, 0.5), heard("no", 12.2, 0.4)]
    expected = figure(TRUTH, detections)
    truth = pd.DataFrame(TRUTH, columns=["word", "start", "end"]).assign(file="a.wav")
    table = pd.DataFrame(detections, index=[7, 8, 9])
    shuffled = table[["score", "end", "start", "word"]]
    assert figure(truth[["end", "file", "word", "start"]], shuffled) == expected
    assert figure(iter(TRUTH), iter(detections)) == expected


def test_rows_are_arrays_or_tuples():
    rows = np.array([("yes", 10.0, 10.4)], dtype=object)
    assert match_detections(rows, [heard("yes", 10.2)]) == [0]


def test_the_curve_is_that_of_candidates_in_any_order():
    candidates = [heard("no", 9.0, 1), heard("no", 9.5, 2), heard("no", 12.2, 3)]
    expected = detection_error_curve(TRUTH, candidates, seconds=60)
    found = detection_error_curve(TRUTH, candidates[::-1], seconds=60)
    np.testing.assert_array_equal(found, expected)


def test_refused_settings_of_figures():
    with pytest.raises(ValueError, match="refractory is None, but must be a number of"):
        detection_error_curve(TRUTH, [], 60, refractory=None)
    with pytest.raises(ValueError, match="delay is nan, but must be a number of sec"):
        latencies(TRUTH, [], np.nan)
    with pytest.raises(ValueError, match=r"detections\[0\] is .* no number may be NaN"):
        match_detections(TRUTH, [heard("yes", 1.0, np.nan)])


def test_refused_tables():
    table = pd.DataFrame(TRUTH, columns=["word", "begin", "end"])
    with pytest.raises(ValueError, match=r"^truth has the columns \['word', 'begin', "):
        miss_rate(table, [])
    with pytest.raises(ValueError, match="^detections is None, but must be a list of "):
        miss_rate(TRUTH, None)


def test_refused_truth():
    with pytest.raises(ValueError, match=r"truth\[0\] is \('yes', 1.0\), but must be"):
        miss_rate([("yes", 1.0)], [])
    with pytest.raises(ValueError, match=r"detections\[0\] is \('yes', 0, 1\), but"):
        miss_rate(TRUTH, [("yes", 0, 1)])


@pytest.mark.parametrize(
    "said", [("yes", 1.0, 0.5), ("yes", 0.0, np.nan), ("yes", -np.inf, 0.0)]
)
def test_truth_that_cannot_be(said):
    with pytest.raises(ValueError, match=r"^truth\[0\] is \('yes', .* must not end be"):
        miss_rate([said], [heard("yes", 1.0)])


@pytest.mark.parametrize("tolerance", [-0.1, np.nan, "x"])
def test_refused_tolerance(tolerance):
    with pytest.raises((ValueError, TypeError), match="^tolerance is"):
        match_detections(TRUTH, [heard("yes", 1.0)], tolerance)


@pytest.mark.parametrize("most", [0, -1, np.nan, "a"])
def test_refused_area(most):
    curve = detection_error_curve(TRUTH, [heard("yes", 10.2)], seconds=60)
    with pytest.raises((ValueError, TypeError), match="^most is"):
        curve.area(most)
