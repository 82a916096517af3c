"""A stretch of a recording, with all that a spotter must hear for it."""

import math
import os

from .._files import check_duration, is_path, read_sound
from .._parameters import check_real
from ..spotting._recordings import check_chunk, samples_of
from ..spotting._settings import rate_of, timing_of

# Seconds beyond what windows need: a resampler's filter reaches over a cut.
MARGIN = 0.5


def stretch_of(spotter, recording, sr, start, duration):
    """Read a recording up to where nothing later can change what is heard.

    Parameters
    ----------
    spotter : KeywordSpotter
        Fitted.
    recording : str, path-like or array-like of shape (n_samples,)
        As for `KeywordSpotter.detect`.
    sr : int or None
        Rate of the samples in Hz.
    start : float
        When the stretch begins, in seconds.
    duration : float or None
        Its length in seconds; None means up to the end.

    Returns
    -------
    heard : ndarray, shape (n_samples,)
        From the beginning of the recording to a little after the stretch, float32.
    sr : int
        Rate in Hz.
    shown : slice
        The samples of the stretch.
    """
    start = check_real("start", start, "a number of seconds from 0 on", least=0)
    end = math.inf
    if duration is not None:
        expected = "a positive number of seconds, or None"
        end = start + check_real("duration", duration, expected, above=0)
    timing = timing_of(spotter)
    # A window whose middle is in the stretch ends half a window after it, counts in
    # means and is compared with windows until `delay` later, none of them complete
    # before a hop more.
    needed = end + timing.window + 2 * (timing.delay + timing.hop) + MARGIN
    if is_path(recording):
        name = os.fspath(recording)
        seconds = None if duration is None else needed
        heard, rate = read_sound(recording, seconds=seconds)
    else:
        name, rate = "The recording", rate_of(timing, sr)
        heard = samples_of(name, recording)
        check_duration(name, len(heard), rate, None)
        if duration is not None:
            heard = heard[: math.ceil(needed * rate)]
    heard = check_chunk(name, heard)
    first = round(start * rate)
    if first >= len(heard):
        raise ValueError(
            f"start is {start:g} s, but the recording lasts {len(heard) / rate:g} s."
        )
    last = len(heard) if duration is None else min(len(heard), round(end * rate))
    return heard, rate, slice(first, max(first + 1, last))
