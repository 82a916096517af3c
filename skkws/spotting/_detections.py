"""Detections: words with their times and scores."""

from typing import NamedTuple

from .._parameters import check_real

FROM_ZERO = "a number of seconds from 0 on"


class Detection(NamedTuple):
    """A word that was heard.

    Parameters
    ----------
    word : object
        One of the spotter's words.
    start, end : float
        The window in which it was heard, in seconds from the start of the recording.
    score : float
        The word's probability, averaged over neighbouring windows.

    Examples
    --------
    >>> from skkws.spotting import Detection
    >>> word, start, end, score = Detection("yes", 0.5, 1.5, 0.9)
    """

    word: object
    start: float
    end: float
    score: float


def check_refractory(seconds):
    """Return the seconds after a detection in which there is no other."""
    return check_real("refractory", seconds, FROM_ZERO, least=0)


def is_later(start, before, refractory):
    """Tell whether a start is at least the refractory time after one before."""
    return start >= before + refractory - 1e-6  # times are sums of hops, and rounded


class Refractory:
    """Let through what is over its word's threshold, and then nothing for a while.

    Parameters
    ----------
    thresholds : dict
        Lowest score of each word that counts.
    seconds : float
        How long nothing else gets through.
    """

    def __init__(self, thresholds, seconds):
        self._thresholds = thresholds
        self._seconds = seconds
        self._last = float("-inf")

    def __call__(self, detection):
        """Tell whether a Detection, later than those before, gets through."""
        if not detection.score >= self._thresholds[detection.word]:  # NaN neither
            return False
        if not is_later(detection.start, self._last, self._seconds):
            return False
        self._last = detection.start
        return True


def over_thresholds(candidates, thresholds, refractory):
    """Return the candidates that thresholds and refractory time let through.

    Parameters
    ----------
    candidates : list of Detection
        In the order of time.
    thresholds : dict
        Lowest score of each word that counts.
    refractory : float
        Seconds after one in which there is no other.

    Returns
    -------
    list of Detection
        Those that count.
    """
    passes = Refractory(thresholds, refractory)
    return [one for one in candidates if passes(one)]
