"""Long recordings of known content, to judge a spotter by."""

from collections.abc import Iterable

import numpy as np
from sklearn.utils import Bunch, check_random_state

from .._parameters import check_count, check_real
from .._rejected import REJECTED
from .._validation import check_recordings
from .._waveforms import SNR_LIMIT, active_part, clip_length, to_float32, to_int16
from ._settings import classes_to_reject

# Level of the noise, or without noise of the words, in the recording: words 20 dB
# louder than noise still have room for their peaks.
_LEVEL = 0.01

_LOUDEST = 0.999  # of full scale, for peaks of words that are louder still

_SEGMENT = 5.0  # seconds of each piece of noise
_FADE = 0.1  # seconds in which one piece goes over into the next

_FRAME = 0.02  # seconds over which a word's loudness is averaged


def make_recording(
    clips,
    words,
    *,
    duration,
    noise=None,
    snr=10.0,
    reject=REJECTED,
    sr=16000,
    random_state=None,
):
    """Place clips at known times in a long recording with background noise.

    Every clip is placed once, in random order and at random times, none over another.
    In a clip of zeros nothing is said.

    Parameters
    ----------
    clips : sequence of ndarray, shape (n_samples,)
        Clips of words; of test speakers, if a spotter is to be judged.
    words : sequence, shape (n_clips,)
        The word of each.
    duration : float
        Length of the recording in seconds.
    noise : sequence of ndarray, default=None
        Recordings of background noise, of which pieces follow each other. None for
        silence between the clips, which then keep their levels.
    snr : float, default=10.0
        How much louder than the noise, if there is any, every word is, in dB. Where
        its peaks would be clipped, the whole recording is less loud.
    reject : sequence, default=("_unknown_", "_silence_")
        Classes whose clips are placed, but are no words to spot; None for none.
    sr : int, default=16000
        Rate of clips and noise in Hz.
    random_state : int, RandomState instance or None, default=None
        Draws order, times and pieces of noise.

    Returns
    -------
    Bunch
        `data`, ndarray of shape (n_samples,), int16; `truth`, list of
        ``(word, start, end)`` in seconds; `sr` and `duration`.

    Raises
    ------
    ValueError
        If a clip is longer than its share of the duration, the noise is silent, or a
        clip, a recording of noise or a parameter cannot be used.

    Examples
    --------
    >>> from skkws.datasets import make_spoken_words
    >>> from skkws.spotting import make_recording
    >>> clips = make_spoken_words(["yes", "no"], 2, random_state=0)
    >>> recording = make_recording(clips.data, clips.target, duration=10,
    ...                            random_state=0)
    >>> recording.data.shape, len(recording.truth)
    ((160000,), 4)
    """
    rng = check_random_state(random_state)
    sr = check_count("sr", sr, "Hz")
    n_samples = clip_length(duration, sr)
    if noise is not None:
        expected = f"a number of dB from {-SNR_LIMIT} to {SNR_LIMIT}"
        check_real("snr", snr, expected, least=-SNR_LIMIT, most=SNR_LIMIT)
    reject = classes_to_reject(reject)
    clips = check_recordings("clips", clips)
    if isinstance(words, str) or not isinstance(words, Iterable):
        raise ValueError(f"words is {words!r}, but must be a list, a word a clip.")
    words = [w.item() if isinstance(w, np.generic) else w for w in words]
    if len(clips) != len(words):
        raise ValueError(f"There are {len(clips)} clips, but {len(words)} words.")
    recording = np.zeros(n_samples, dtype=np.float32)
    if noise is not None:
        recording += _background(noise, n_samples, sr, rng)
    truth = []
    order = rng.permutation(len(clips))
    slots = np.linspace(0, n_samples, len(clips) + 1).astype(int)
    for i, slot, following in zip(order, slots[:-1], slots[1:], strict=True):
        clip = to_float32(clips[i])
        if len(clip) > following - slot:
            raise ValueError(
                f"clips[{i}] has {len(clip) / sr:g} s, but each of {len(clips)} clips "
                f"has but an equal share of the duration of {duration:g} s."
            )
        first, last, level = active_part(clip, max(1, round(_FRAME * sr)))
        if noise is not None and level:
            clip = clip * (_LEVEL * 10 ** (snr / 20) / level)
        begin = int(slot) + rng.randint(following - slot - len(clip) + 1)
        recording[begin : begin + len(clip)] += clip
        if level and words[i] not in reject:
            start, end = (begin + first) / sr, (begin + last) / sr
            truth.append((words[i], start, end))
    if noise is not None:
        recording *= min(1, _LOUDEST / np.abs(recording).max())
    return Bunch(data=to_int16(recording), truth=truth, sr=sr, duration=n_samples / sr)


def _background(noise, n_samples, sr, rng):
    """Return pieces of noise of one level that go over into each other."""
    fade = max(1, round(_FADE * sr))
    noise = check_recordings("noise", noise, n_samples=2 * fade + 1)
    noise = [to_float32(one) for one in noise]
    if not noise:
        raise ValueError("noise is empty, but must have at least one recording.")
    ramp = np.sqrt(np.linspace(0, 1, fade, dtype=np.float32))
    background = np.zeros(n_samples + fade, dtype=np.float32)
    begin = 0
    while begin < n_samples:
        source = noise[rng.randint(len(noise))]
        size = min(len(source), round(_SEGMENT * sr))
        first = rng.randint(len(source) - size + 1)
        piece = source[first : first + size].copy()
        level = np.sqrt(np.mean(np.square(piece)))
        if level == 0:
            raise ValueError("noise has a recording that is silent for a while.")
        piece *= _LEVEL / level
        piece[:fade] *= ramp
        piece[-fade:] *= ramp[::-1]
        piece = piece[: len(background) - begin]
        background[begin : begin + len(piece)] += piece
        begin += size - fade
    return background[:n_samples]
