"""Thresholds: chosen for a rate of false alarms, and swept for a curve."""

from typing import NamedTuple

import numpy as np

from .._parameters import check_real
from ._detections import check_refractory, is_later, over_thresholds
from ._matching import TOLERANCE, first_of_each, rows_near
from ._rows import detections_of, truth_of

# An hour, to which curves are compared.
MOST_FALSE_ALARMS = 10.0


class DetectionErrors(NamedTuple):
    """Misses against false alarms, from the highest threshold to the lowest.

    Parameters
    ----------
    false_alarms_per_hour, miss_rates, thresholds : ndarray, shape (n_thresholds,)
        What a threshold for all words gives.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.spotting import DetectionErrors
    >>> curve = DetectionErrors(np.array([0, 5]), np.array([0.2, 0.1]), np.ones(2))
    >>> round(curve.area(), 3)
    0.15
    """

    false_alarms_per_hour: np.ndarray
    miss_rates: np.ndarray
    thresholds: np.ndarray

    def area(self, most=MOST_FALSE_ALARMS):
        """Return the mean miss rate from no false alarm to `most` an hour.

        Parameters
        ----------
        most : float, default=10.0
            False alarms an hour up to which the mean is taken.

        Returns
        -------
        float
            From 0 to 1; the lower, the better. NaN if something was heard, but
            nothing said.
        """
        check_real("most", most, "a number of false alarms above zero", above=0)
        rates, misses = best_misses(self.false_alarms_per_hour, self.miss_rates)
        # Up to the first rate of false alarms, everything is missed.
        misses = np.concatenate([[1.0], misses])
        widths = np.diff(np.minimum(np.append(rates, np.inf), most), prepend=0.0)
        return float(np.sum(widths * misses) / most)


def best_misses(false_alarms_per_hour, miss_rates):
    """Return rates of false alarms in order, and the least misses that each allows.

    A lower threshold may miss more, or have fewer false alarms, as what it lets through
    shuts others out.
    """
    rates = np.asarray(false_alarms_per_hour)
    order = np.argsort(rates, kind="stable")
    return rates[order], np.minimum.accumulate(np.asarray(miss_rates)[order])


def detection_error_curve(
    truth, candidates, seconds, refractory=0.7, tolerance=TOLERANCE
):
    """Compute the misses and false alarms of each threshold.

    Parameters
    ----------
    truth : list of (word, start, end), or DataFrame
        What was said in a recording, in seconds.
    candidates : list of Detection, or DataFrame
        What `KeywordSpotter.candidates` finds in it.
    seconds : float
        Length of the recording.
    refractory : float, default=0.7
        As in `KeywordSpotter`.
    tolerance : float, default=0.25
        As in `match_detections`.

    Returns
    -------
    DetectionErrors
        One entry for each of up to 500 scores that a candidate has.

    Examples
    --------
    >>> from skkws.spotting import Detection, detection_error_curve
    >>> heard = [Detection("yes", 0.8, 1.8, 0.9), Detection("yes", 5.0, 6.0, 0.6)]
    >>> curve = detection_error_curve([("yes", 1.0, 1.4)], heard, seconds=3600)
    >>> curve.false_alarms_per_hour, curve.miss_rates
    (array([0., 1.]), array([0., 0.]))
    """
    check_real("seconds", seconds, "a number of seconds above zero", above=0)
    truth = truth_of("truth", truth)
    check_refractory(refractory)
    candidates = detections_of("candidates", candidates)
    candidates.sort(key=lambda one: one.start)
    scores = np.unique([one.score for one in candidates])[::-1]
    if len(scores) > 500:
        scores = scores[np.linspace(0, len(scores) - 1, 500).round().astype(int)]
    words = {one.word for one in candidates}
    near = dict(zip(candidates, rows_near(truth, candidates, tolerance), strict=True))
    rates, misses = [], []
    for threshold in scores:
        heard = over_thresholds(candidates, dict.fromkeys(words, threshold), refractory)
        rows = first_of_each([near[one] for one in heard], heard)
        n_hits = sum(row is not None for row in rows)
        rates.append((len(rows) - n_hits) * 3600 / seconds)
        misses.append(1 - n_hits / len(truth) if truth else np.nan)
    return DetectionErrors(np.array(rates), np.array(misses), scores)


# False alarms a word at which its own threshold counts as much as the common one: fewer
# break the promise, more miss words (`benchmarks/results/tuning.json`).
_FALSE_ALARMS_A_WORD = 2


def tuned_thresholds(
    words,
    candidates,
    truth,
    n_false_alarms,
    refractory,
    per_word=_FALSE_ALARMS_A_WORD,
    tolerance=TOLERANCE,
):
    """Choose thresholds that let the most words through at a number of false alarms.

    A threshold that is just over a word's highest false alarm is too low for the next
    recording: of eight words tuned like that, about as many are heard there in error.
    One for all words keeps what it promises, but ignores that some words are mistaken
    more often. So each threshold lies between the two, the nearer to the word's own
    the more false alarms there are to tell the words apart by.

    Parameters
    ----------
    words : list
        The words.
    candidates : list of list of Detection
        The peaks of each recording.
    truth : list of list of (word, start, end)
        What was said in each.
    n_false_alarms : int
        How many false alarms there may be.
    refractory : float
        Seconds after a detection in which there is no other.
    per_word : float, default=2
        At how many of them a word both count the same; 0 for own thresholds, infinity
        for a common one.
    tolerance : float, default=0.25
        As in `match_detections`.

    Returns
    -------
    dict
        Threshold of each word; over 1, which no score reaches, where it takes that.
    """
    scores = _wrong_and_right(words, candidates, truth, refractory, tolerance)
    own = _own_thresholds(scores, n_false_alarms)
    of_all = [
        np.sort(np.concatenate(x))[::-1] for x in zip(*scores.values(), strict=True)
    ]
    common = _between(*of_all, n_false_alarms)
    share = n_false_alarms / (n_false_alarms + per_word * len(words)) if per_word else 1
    return {word: common + share * (own[word] - common) for word in words}


def _own_thresholds(scores, n_false_alarms):
    """Return thresholds that are independent of each other.

    All words begin with the one that none of their false alarms reaches. Then one false
    alarm after the other is spent on the word that gains the most by it.
    """
    spent = dict.fromkeys(scores, 0)

    def gain(word):
        wrong, right = scores[word]
        limits = np.concatenate([wrong, [-np.inf]])[spent[word] : spent[word] + 2]
        return np.sum((right > limits[-1]) & (right <= limits[0]))

    for _ in range(n_false_alarms):
        left = [word for word in scores if spent[word] < len(scores[word][0])]
        if not left:
            break
        spent[max(left, key=gain)] += 1
    return {word: _between(*scores[word], n) for word, n in spent.items()}


def _wrong_and_right(words, candidates, truth, refractory, tolerance):
    """Return {word: (scores of false alarms, of occurrences)}, highest first."""
    wrong = {word: [] for word in words}
    right = {word: [] for word in words}
    for own, said in zip(candidates, truth, strict=True):
        of_row = {}
        for one, row in zip(own, rows_near(said, own, tolerance), strict=True):
            if row is None:
                wrong[one.word].append(one.score)
            else:
                of_row.setdefault(row, []).append(one)
        for same in of_row.values():
            # The best peak is the word; one that is heard besides is a false alarm.
            same.sort(key=lambda one: -one.score)
            right[same[0].word].append(same[0].score)
            for i, one in enumerate(same[1:], start=1):
                starts = [sorted((one.start, better.start)) for better in same[:i]]
                if all(is_later(last, first, refractory) for first, last in starts):
                    wrong[one.word].append(one.score)
    return {w: (np.sort(wrong[w])[::-1], np.sort(right[w])[::-1]) for w in words}


def _between(wrong, right, n_wrong):
    """Return the threshold half-way from the next false alarm to the lowest hit."""
    highest_wrong = wrong[n_wrong] if n_wrong < len(wrong) else 0.0
    above = np.concatenate([right, wrong[:n_wrong], [1.0]])
    above = above[above > highest_wrong]
    if not len(above):  # false alarms with a score of 1
        return float(np.nextafter(highest_wrong, 2.0))
    # Between two numbers that follow each other there is none.
    return float(max((highest_wrong + above.min()) / 2, np.nextafter(highest_wrong, 2)))
