"""Lists of clips, and what the loaders make of them."""

import os
from typing import NamedTuple

import numpy as np
from sklearn.utils import Bunch

from .._files import fill_rows, read_sound
from .._parameters import check_choice
from .._warnings import warn_user
from .._waveforms import RESAMPLE_MARGIN, clip_length, to_clip, to_int16
from ._speaker_split import speaker_of, speaker_split

_SOUND = (
    ".8svx .aif .aifc .aiff .au .avr .bwf .caf .flac .htk .iff .ircam .mat .mp1 .mp2 "
    ".mp3 .mpga .nist .oga .ogg .opus .paf .pvf .rf64 .sd2 .sds .sf .snd .sph .svx "
    ".voc .w64 .wav .wave .wavex .wve .xi"
)
# What phones and browsers record and soundfile cannot decode: better refused by name
# when it is read than left out in silence.
_FOREIGN = ".3ga .3gp .aac .amr .m4a .m4b .mka .mp4 .qta .weba .webm .wma"
_SUFFIXES = frozenset(_SOUND.split() + _FOREIGN.split())

SUBSETS = ("train", "validation", "test")


class Clip(NamedTuple):
    """A labelled stretch of a sound file."""

    file: str  # relative to the folder of the corpus, with forward slashes
    target: str
    speaker: str | None = None
    split: str | None = None
    start: int | None = None  # first sample of a stretch; None for a whole file
    gain: float = 1.0


def word_folders(folder, named=()):
    """Return the names of the sub-folders of a corpus that hold a word each.

    Hidden folders and ones like ``_background_noise_`` and ``__MACOSX`` are none but
    for those `named`.
    """
    with os.scandir(folder) as entries:
        folders = [entry.name for entry in entries if os.path.isdir(entry)]
    return sorted(name for name in folders if name[0] not in "._" or name in named)


def warn_of_loose_recordings(folder):
    """Warn of sound files that lie beside the sub-folders, and are of no word."""
    with os.scandir(folder) as entries:
        loose = sorted(
            x.name for x in entries if _is_sound(x.name) and os.path.isfile(x)
        )
    if loose:
        warn_user(
            f"{len(loose)} recording(s) in {folder} itself, such as {loose[0]}, are in "
            "no word's sub-folder, and are left out."
        )


def recordings(folder, word):
    """Return the sound files of a sub-folder, relative to the folder, in order.

    Sound files further down would be left out, and are refused.
    """
    files = []
    for name in sorted(os.listdir(os.path.join(folder, word))):
        path = os.path.join(folder, word, name)
        if name[0] == ".":
            continue
        if _is_sound(name):
            files.append(f"{word}/{name}")
            continue
        for below, folders, names in os.walk(path):
            folders[:] = (folder for folder in folders if folder[0] != ".")
            if any(map(_is_sound, names)):
                raise ValueError(
                    f"{below} is a folder of recordings, but those of a word must all "
                    f"lie in {os.path.join(folder, word)} itself."
                )
    return files


def _is_sound(name):
    return name[0] != "." and os.path.splitext(name)[1].lower() in _SUFFIXES


def word_clips(folder, word):
    """Return the clips of a word whose speakers are in the names of their files."""
    files = recordings(folder, word)
    speakers = [speaker_of(file) for file in files]
    splits = speaker_split(speakers).tolist()
    return list(map(Clip, files, [word] * len(files), speakers, splits))


def check_subset(subset, subsets=SUBSETS):
    """Refuse a part of a corpus that there is not."""
    check_choice("subset", subset, ("all", *subsets))


def make_bunch(
    folder,
    clips,
    *,
    sr,
    duration,
    subset="all",
    load=True,
    return_X_y=False,
    max_duration=None,
    n_jobs=None,
    descr="",
):
    """Return clips as the Bunch that every loader of real speech gives.

    Parameters
    ----------
    folder : path-like
        Folder of the corpus.
    clips : list of Clip
        The clips, of all subsets; either all or none have a speaker and a split.
    sr : int
        Rate of the waveforms in Hz.
    duration : float
        Their length in seconds.
    subset : {"all", "train", "validation", "test"}
        Which clips to return.
    load : bool
        Whether `data` holds waveforms; else it holds paths.
    return_X_y : bool
        Whether to return ``(data, target)`` alone.
    max_duration : float or None
        Longest file in seconds that is accepted.
    n_jobs : int or None
        Number of threads that read.
    descr : str
        Description of the corpus.

    Returns
    -------
    Bunch or tuple of ndarray
        See `fetch_mini_speech_commands`.
    """
    check_choice("load", load, (True, False))
    target_names = np.unique([clip.target for clip in clips])
    clips = sorted(
        (clip for clip in clips if subset in ("all", clip.split)),
        key=lambda clip: (clip.file, clip.start or 0, clip.gain),
    )
    if not clips:
        raise ValueError(f"{folder} has no clips of the subset {subset!r}.")
    files, target, speaker, split, *_ = zip(*clips, strict=True)
    if load:
        data = _read(
            folder, clips, sr, duration, max_duration=max_duration, n_jobs=n_jobs
        )
    else:
        data = np.array([os.path.join(folder, *f.split("/")) for f in files])
    if return_X_y:
        return data, np.array(target)
    return Bunch(
        data=data,
        target=np.array(target),
        target_names=target_names,
        speaker=None if speaker[0] is None else np.array(speaker),
        split=None if split[0] is None else np.array(split),
        filenames=np.array(files),
        sr=sr,
        DESCR=descr,
    )


def _read(folder, clips, sr, duration, *, max_duration, n_jobs):
    """Return the clips as int16 waveforms, shape (n_clips, n_samples)."""
    n_samples = clip_length(duration, sr)
    data = np.zeros((len(clips), n_samples), dtype=np.int16)

    def load(i):
        clip = clips[i]
        samples, rate = read_sound(
            os.path.join(folder, clip.file),
            start=clip.start or 0,
            seconds=duration + RESAMPLE_MARGIN,
            # What is cut from longer recordings is no clip by mistake.
            max_duration=None if clip.start is not None else max_duration,
        )
        samples = to_clip(samples, rate, sr=sr, n_samples=n_samples)
        if clip.gain != 1:
            samples = to_int16(samples) * clip.gain
            return np.rint(samples).astype(np.int16)
        return to_int16(samples)

    fill_rows(data, load, n_jobs=n_jobs)
    return data
