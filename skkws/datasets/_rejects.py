"""Clips that are none of the words: other words, and background noise."""

import math
import os

from ._bunch import SUBSETS, Clip, recordings, word_clips

UNKNOWN = "_unknown_"
SILENCE = "_silence_"

_NOISE_FOLDER = "_background_noise_"

# Share of the keywords' clips in each split, as in the published benchmark.
_SHARE = 0.1

# The stretch of each noise file that a split cuts from. The clips follow the split of
# the speakers, 80, 10 and 10 %, and so does what they are cut from.
_STRETCHES = {"train": (0.0, 0.8), "validation": (0.8, 0.9), "test": (0.9, 1.0)}


def draw_unknown(folder, words, keywords, rng):
    """Draw clips of other words, for each split a tenth of its keyword clips.

    Parameters
    ----------
    folder : path-like
        Folder of the corpus.
    words : list of str
        The words to draw from.
    keywords : list of Clip
        The clips of the keywords.
    rng : RandomState
        Source of the draw.

    Returns
    -------
    list of Clip
        The clips, of the class `UNKNOWN`; fewer where there are not enough.
    """
    if not words:
        raise ValueError(
            f"{folder} has no words but those of the task to draw {UNKNOWN!r} from."
        )
    pool = [clip for word in words for clip in word_clips(folder, word)]
    drawn = []
    for split, count in _counts(keywords).items():
        candidates = [clip for clip in pool if clip.split == split]
        order = rng.permutation(len(candidates))[:count]
        drawn += [candidates[i]._replace(target=UNKNOWN) for i in order]
    return drawn


def cut_silence(folder, keywords, rng, *, sr, duration):
    """Cut clips out of the background noise, for each split a tenth of its keywords.

    Each clip starts at a random place of a random file and has a random volume. The
    splits cut from disjoint stretches of each file.

    Parameters
    ----------
    folder : path-like
        Folder of the corpus.
    keywords : list of Clip
        The clips of the keywords.
    rng : RandomState
        Source of the draw.
    sr : int
        Rate of the noise files in Hz.
    duration : float
        Length of a clip in seconds.

    Returns
    -------
    list of Clip
        The clips, of the class `SILENCE`; the speaker is the name of the noise.
    """
    lengths = _noise_lengths(folder)
    n_samples = round(duration * sr)
    clips = []
    for split, count in _counts(keywords).items():
        begin, end = _STRETCHES[split]
        for file in rng.choice(list(lengths), size=count):
            first, last = int(begin * lengths[file]), int(end * lengths[file])
            if last - first < n_samples:
                raise ValueError(
                    f"{os.path.join(folder, file)} lasts {lengths[file] / sr:.1f} s, "
                    f"but must last {duration / 0.1:g} s at least: a tenth of it is "
                    f"the stretch from which {split} clips are cut."
                )
            clips.append(
                Clip(
                    file=str(file),
                    target=SILENCE,
                    speaker=os.path.splitext(os.path.basename(file))[0],
                    split=split,
                    start=int(rng.randint(first, last - n_samples + 1)),
                    gain=rng.uniform(),
                )
            )
    return clips


def _counts(keywords):
    """Return how many clips of another class each split takes."""
    splits = [clip.split for clip in keywords]
    return {split: math.ceil(_SHARE * splits.count(split)) for split in SUBSETS}


def _noise_lengths(folder):
    """Return the noise files of a corpus and their lengths in samples."""
    import soundfile

    noise = os.path.join(folder, _NOISE_FOLDER)
    files = recordings(folder, _NOISE_FOLDER) if os.path.isdir(noise) else []
    if not files:
        raise FileNotFoundError(f"{noise} has no recordings to cut {SILENCE!r} from.")
    return {f: soundfile.info(os.path.join(folder, f)).frames for f in files}
