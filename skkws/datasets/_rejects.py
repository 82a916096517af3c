"""Clips that are none of the words: other words, and background noise."""

import math
import os

from .._files import header_of
from .._rejected import SILENCE, UNKNOWN
from ._bunch import SUBSETS, Clip, recordings, word_clips

NOISE_FOLDER = "_background_noise_"

# Share of the keywords' clips in each split, as in the published benchmark.
_SHARE = 0.1

# The stretch of each noise file that a split cuts from. The clips follow the split of
# the speakers, 80, 10 and 10 %, and so does what they are cut from.
STRETCHES = {
    "train": (0.0, 0.8),
    "validation": (0.8, 0.9),
    "test": (0.9, 1.0),
    "all": (0.0, 1.0),
    None: (0.0, 1.0),
}


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


def cut_silence(folder, keywords, rng, *, duration, noise=NOISE_FOLDER):
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
    duration : float
        Length of a clip in seconds.
    noise : str, default="_background_noise_"
        Sub-folder of the noise files.

    Returns
    -------
    list of Clip
        The clips, of the class `SILENCE`; the speaker, where keywords have one, is
        the name of the noise and the tenth of it in which the clip starts. So a
        speaker is in one split alone, and one noise has several.
    """
    files = noise_files(folder, noise)
    counts = {split: n for split, n in _counts(keywords).items() if n}
    starts = {
        (file, split): _starts_in(os.path.join(folder, file), header, split, duration)
        for file, header in files.items()
        for split in counts
    }
    clips = []
    for split, count in counts.items():
        for file in rng.choice(list(files), size=count):
            start = int(rng.randint(*starts[file, split]))
            name = os.path.splitext(os.path.basename(file))[0]
            # Not of the split before, where a stretch does not begin with a tenth.
            tenth = max(10 * start // files[file].frames, 10 * STRETCHES[split][0])
            clips.append(
                Clip(
                    file=str(file),
                    target=SILENCE,
                    speaker=None if split is None else f"{name}-{tenth:g}",
                    split=split,
                    start=start,
                    gain=rng.uniform(),
                )
            )
    return clips


def _starts_in(path, header, split, duration):
    """Return where clips of a split may start in a noise file: first, and after last.

    Every file is looked at, as an error must not depend on which ones are drawn.
    """
    sr = header.samplerate
    first, last = stretch_of(split, header.frames)
    after = last - round(duration * sr) + 1
    if after <= first:
        begin, end = STRETCHES[split]
        raise ValueError(
            f"{path} lasts {header.frames / sr:.1f} s, but must last "
            f"{duration / (end - begin):g} s at least: {end - begin:.0%} of it is the "
            f"stretch from which {split or 'all'} clips are cut."
        )
    return first, after


def stretch_of(split, n_samples):
    """Return first and last sample of what a split may use of a noise file."""
    begin, end = STRETCHES[split]
    return int(begin * n_samples), int(end * n_samples)


def _counts(keywords):
    """Return how many clips of another class each split takes."""
    splits = [clip.split for clip in keywords]
    subsets = SUBSETS if None not in splits else [None]
    return {split: math.ceil(_SHARE * splits.count(split)) for split in subsets}


def check_silence_loaded(load):
    """Refuse clips of silence as paths, which they do not have."""
    if not load:
        raise ValueError(
            f"load is False, but the clips of {SILENCE!r} are cut from longer "
            "recordings and have no paths: load them, or leave that class out."
        )


def noise_files(folder, name=NOISE_FOLDER):
    """Return {file: the header} of the noise files of a corpus."""
    noise = os.path.join(folder, name)
    files = recordings(folder, name) if os.path.isdir(noise) else []
    if not files:
        raise FileNotFoundError(f"{noise} has no recordings to cut {SILENCE!r} from.")
    return {file: header_of(os.path.join(folder, file)) for file in files}
