"""Detections against what was said."""

from bisect import bisect_left

from .._parameters import check_real
from ._detections import FROM_ZERO
from ._rows import detections_of, truth_of

# Seconds by which the middle of a detection may lie outside the word. Words take about
# half a second: one that is half as far again away is another one.
TOLERANCE = 0.25


def match_detections(truth, detections, tolerance=TOLERANCE):
    """Find the word that each detection is of.

    A detection is right if its middle lies within the nearest occurrence of its word,
    or no more than `tolerance` beside it, and no earlier detection has been given
    that occurrence.

    Parameters
    ----------
    truth : list of (word, start, end), or DataFrame
        What was said in a recording, in seconds.
    detections : list of Detection, or DataFrame
        What was heard in it.
    tolerance : float, default=0.25
        Seconds.

    Returns
    -------
    list of int or None
        For each detection the row of `truth`, None for a false alarm.

    Examples
    --------
    >>> from skkws.spotting import Detection, match_detections
    >>> truth = [("yes", 1.0, 1.4), ("no", 3.0, 3.3)]
    >>> heard = [Detection("yes", 0.8, 1.8, 0.9), Detection("no", 5.0, 6.0, 0.7)]
    >>> match_detections(truth, heard)
    [0, None]
    """
    truth = truth_of("truth", truth)
    return _matched(truth, detections_of("detections", detections), tolerance)


def _matched(truth, detections, tolerance):
    return first_of_each(rows_near(truth, detections, tolerance), detections)


def first_of_each(rows, detections):
    """Leave each row to the earliest of its detections; the others get None."""
    rows, given = list(rows), set()
    for i in sorted(range(len(rows)), key=lambda i: detections[i][1]):
        if rows[i] in given:
            rows[i] = None
        given.add(rows[i])
    return rows


def rows_near(truth, detections, tolerance=TOLERANCE):
    """Find the nearest occurrence of each Detection's word, None if none is near.

    As `match_detections`, of lists that are checked; several detections may be of one
    occurrence.
    """
    check_real("tolerance", tolerance, FROM_ZERO, least=0)
    occurrences = {}
    for row, (word, start, end) in enumerate(truth):
        occurrences.setdefault(word, []).append(((start + end) / 2, start, end, row))
    for own in occurrences.values():
        own.sort()
    rows = []
    for word, start, end, _ in detections:
        middle = (start + end) / 2
        own = occurrences.get(word, [])
        following = bisect_left(own, (middle,))
        near = [
            (max(first - middle, middle - last, 0), abs(middle - center), row)
            for center, first, last, row in own[max(0, following - 1) : following + 1]
            if first - tolerance <= middle <= last + tolerance
        ]
        rows.append(min(near)[-1] if near else None)
    return rows


def miss_rate(truth, detections, tolerance=TOLERANCE):
    """Return the share of words that were not heard.

    Parameters
    ----------
    truth : list of (word, start, end), or DataFrame
        What was said in a recording, in seconds.
    detections : list of Detection, or DataFrame
        What was heard in it.
    tolerance : float, default=0.25
        As in `match_detections`.

    Returns
    -------
    float
        From 0 to 1; NaN if nothing was said.

    Examples
    --------
    >>> from skkws.spotting import Detection, miss_rate
    >>> miss_rate([("yes", 1.0, 1.4), ("no", 3.0, 3.3)],
    ...           [Detection("yes", 0.8, 1.8, 0.9)])
    0.5
    """
    truth = truth_of("truth", truth)
    if not truth:
        return float("nan")
    rows = _matched(truth, detections_of("detections", detections), tolerance)
    return 1 - sum(row is not None for row in rows) / len(truth)


def false_alarms_per_hour(truth, detections, seconds, tolerance=TOLERANCE):
    """Return how often an hour something was heard that was not said.

    Parameters
    ----------
    truth : list of (word, start, end), or DataFrame
        What was said in a recording, in seconds.
    detections : list of Detection, or DataFrame
        What was heard in it.
    seconds : float
        Length of the recording.
    tolerance : float, default=0.25
        As in `match_detections`.

    Returns
    -------
    float
        False alarms an hour.

    Examples
    --------
    >>> from skkws.spotting import Detection, false_alarms_per_hour
    >>> false_alarms_per_hour([], [Detection("yes", 0.8, 1.8, 0.9)], seconds=60)
    60.0
    """
    check_real("seconds", seconds, "a number of seconds above zero", above=0)
    rows = match_detections(truth, detections, tolerance)
    return sum(row is None for row in rows) * 3600 / seconds


def latencies(truth, detections, delay, tolerance=TOLERANCE):
    """Return how long after its end each word that was heard is reported.

    Parameters
    ----------
    truth : list of (word, start, end), or DataFrame
        What was said in a recording, in seconds.
    detections : list of Detection, or DataFrame
        What was heard in it.
    delay : float
        Seconds from the end of a detection until it is reported: the spotter's
        `delay_`.
    tolerance : float, default=0.25
        As in `match_detections`.

    Returns
    -------
    list of float
        Seconds, one for each word that was heard.

    Examples
    --------
    >>> from skkws.spotting import Detection, latencies
    >>> latencies([("yes", 1.0, 1.5)], [Detection("yes", 0.75, 1.75, 0.9)], delay=0.25)
    [0.5]
    """
    check_real("delay", delay, FROM_ZERO, least=0)
    truth = truth_of("truth", truth)
    detections = detections_of("detections", detections)
    rows = _matched(truth, detections, tolerance)
    return [
        detection.end + delay - truth[row][2]
        for row, detection in zip(rows, detections, strict=True)
        if row is not None
    ]
