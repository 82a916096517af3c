"""From scores, window by window, to the moments at which a word was heard."""

from collections import deque
from typing import NamedTuple

import numpy as np


class Peak(NamedTuple):
    """A window in which a word has its highest score for a while."""

    window: int
    word: int
    score: float


class Smoother:
    """The mean of the last scores.

    Parameters
    ----------
    n_windows : int
        How many windows the mean is of; fewer at the start.
    """

    def __init__(self, n_windows):
        self._last = deque(maxlen=n_windows)

    def __call__(self, scores):
        """Take the scores of a window, shape (n_words,); return the mean."""
        self._last.append(scores)
        return sum(self._last) / len(self._last)


class PeakPicker:
    """Find the windows in which a word's score is the highest for a while.

    A peak is a window in which the word has the highest score of all words, a
    higher one than in the `patience` windows before and no lower one than in as many
    after. It is known that many windows later.

    Parameters
    ----------
    patience : int
        Windows on each side over which a peak is the highest.

    Examples
    --------
    >>> picker = PeakPicker(patience=1)
    >>> [picker.push([score]) for score in (.1, .8, .3)]
    [None, None, Peak(window=1, word=0, score=0.8)]
    """

    def __init__(self, patience):
        self._patience = patience
        self._scores = deque(maxlen=2 * patience + 1)
        self._n_windows = 0

    def push(self, scores):
        """Take the scores of a window, shape (n_words,); return a Peak or None."""
        self._scores.append(np.asarray(scores))
        self._n_windows += 1
        if self._n_windows <= self._patience:
            return None
        return self._peak_at(len(self._scores) - 1 - self._patience, self._patience)

    def close(self):
        """Return the peaks among the last windows, which nothing follows."""
        first = max(0, len(self._scores) - self._patience)
        windows = range(first, len(self._scores))
        peaks = [self._peak_at(i, len(self._scores) - 1 - i) for i in windows]
        return [peak for peak in peaks if peak]

    def _peak_at(self, i, n_after):
        scores = self._scores[i]
        word = int(scores.argmax())
        score = scores[word]
        others = list(self._scores)
        before = others[max(0, i - self._patience) : i]
        if any(other[word] >= score for other in before):
            return None
        if any(other[word] > score for other in others[i + 1 :]):
            return None
        return Peak(self._n_windows - 1 - n_after, word, float(score))
