"""Where a stream's windows lie over a clip."""

import numpy as np
from sklearn.utils import check_random_state

from .._rejected import SILENCE
from .._waveforms import active_part, to_float32

# Shares of a window by which the middle of a word may lie off its own: where the window
# is still one of the word, and where it no longer is. In a window of a second, a word
# of half a second is whole up to .25, and a third of it is lost at .42; in between a
# window may pass for either.
OFF_CENTER = 0.25
CUT = (0.4, 0.7)


def views_of_clips(X, y, n_views, rejected, random_state):
    """Show each clip as windows that a stream slides over it.

    A word is seen `n_views` times a little off the middle, and once more where it is
    cut, which is no word. What is to be rejected is seen as often, anywhere; silence as
    it is.

    Parameters
    ----------
    X : ndarray, shape (n_clips, n_samples)
        Waveforms.
    y : ndarray, shape (n_clips,)
        The word of each.
    n_views : int
        How often each is shown, each time elsewhere.
    rejected : list
        The classes that are no words. The first one is that of cut words.
    random_state : int, RandomState instance or None
        Draws the places.

    Returns
    -------
    rows : ndarray, shape (n_windows,)
        The clip of each window.
    labels : ndarray, shape (n_windows,)
        The class of each.
    shifts : ndarray, shape (n_windows,)
        How many samples later than in the clip everything is in the window.
    """
    rng = check_random_state(random_state)
    views = [
        (row, label, offset)
        for row, word in enumerate(y.tolist())
        for label, offset in _views(word, n_views, rejected, rng)
    ]
    n_samples = X.shape[1]
    middles = [_middle(clip) for clip in X]
    shifts = [
        0 if offset is None else round((0.5 + offset) * n_samples) - middles[row]
        for row, _, offset in views
    ]
    rows, labels, _ = zip(*views, strict=True)
    return np.array(rows), np.array(labels, dtype=y.dtype), np.array(shifts)


def windows_of(X, rows, shifts):
    """Cut windows out of clips.

    Parameters
    ----------
    X : ndarray, shape (n_clips, n_samples)
        Waveforms.
    rows, shifts : ndarray, shape (n_windows,)
        As `views_of_clips` gives them.

    Returns
    -------
    ndarray, shape (n_windows, n_samples)
        Of the type of X; what is beyond a clip's ends is zero.
    """
    n_samples = X.shape[1]
    windows = np.zeros((len(rows), n_samples), dtype=X.dtype)
    for window, row, shift in zip(windows, rows, shifts, strict=True):
        first, last = max(0, shift), min(n_samples, n_samples + shift)
        if first < last:
            window[first:last] = X[row, first - shift : last - shift]
    return windows


def _views(word, n_views, rejected, rng):
    """Yield the class and offset of each window of a clip; None is not to shift it."""
    for _ in range(n_views):
        if word == SILENCE:
            yield word, None
        else:
            most = 0.5 if word in rejected else OFF_CENTER
            yield word, rng.uniform(-most, most)
    if word not in rejected:
        yield rejected[0], rng.choice([-1, 1]) * rng.uniform(*CUT)


def _middle(clip):
    """Return the sample in the middle of a clip's word."""
    first, last, _ = active_part(to_float32(clip))
    return (first + last) // 2
