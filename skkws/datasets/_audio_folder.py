"""Recordings of one's own, one folder a word."""

import os
from collections.abc import Iterable
from pathlib import Path

from sklearn.utils import check_random_state

from .._files import MAX_DURATION, check_max_duration
from .._rejected import UNKNOWN
from .._waveforms import clip_length
from ._bunch import (
    Clip,
    make_bunch,
    recordings,
    warn_of_loose_recordings,
    word_clips,
    word_folders,
)
from ._rejects import check_silence_loaded, cut_silence


def load_audio_folder(
    path,
    *,
    unknown=(),
    silence=None,
    sr=16000,
    duration=1.0,
    max_duration=MAX_DURATION,
    load=True,
    return_X_y=False,
    random_state=0,
    n_jobs=None,
):
    """Load a folder of recordings that has one sub-folder a word.

    Files may have any format that soundfile reads, any rate and any number of
    channels. Hidden files and files of other kinds are left out, and so are folders
    whose names start with a dot or an underscore, unless they are in `unknown`.

    Parameters
    ----------
    path : str or path-like
        The folder.
    unknown : sequence of str, default=()
        Sub-folders whose recordings are of the class ``_unknown_``: other words,
        which a spotter has to reject.
    silence : str, default=None
        Sub-folder of background noise, from whose recordings clips of the class
        ``_silence_`` are cut: a tenth of the number of clips of words, or of all clips
        where all are `unknown`, at random places and volumes, for the splits from
        separate stretches, the smallest of which, a tenth of every recording, must be
        as long as a clip.
    sr : int, default=16000
        Rate of the waveforms in Hz; recordings of other rates are resampled.
    duration : float, default=1.0
        Length of the waveforms in seconds; shorter recordings are padded with zeros
        at the end, longer ones are cut there.
    max_duration : float or None, default=60.0
        Longest recording in seconds that is accepted; None accepts any.
    load : bool, default=True
        Whether `data` holds waveforms; if False it holds paths for
        :class:`skkws.audio.LoadAudio`, and no sound file is opened.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    random_state : int, RandomState instance or None, default=0
        Draws the clips of ``_silence_``.
    n_jobs : int or None, default=None
        Number of threads that read.

    Returns
    -------
    Bunch or tuple of ndarray
        As from `fetch_mini_speech_commands`: `data` holds int16 waveforms, where floats
        beyond [-1, 1) are clipped, and `speaker` and `split` tell who spoke and where
        the speaker belongs by the rule of `speaker_split`, if all files are named
        ``<speaker>_nohash_<n>``; else both are None.

    Raises
    ------
    FileNotFoundError
        If the folder does not exist or has no sub-folders, or that of `silence` does
        not exist or has no recordings.
    NotADirectoryError
        If it is not a folder.
    ValueError
        If a sub-folder has no recordings, a recording cannot be used, `silence` is
        wanted as paths, which its clips do not have, or a parameter is out of range.
    TypeError
        If `path` or `silence` is no path, or `unknown` no list.

    Warns
    -----
    UserWarning
        If recordings lie in the folder itself, which are of no word.

    See Also
    --------
    skkws.audio.LoadAudio : The same work as the first step of a Pipeline.
    speaker_split : Split recordings by speakers.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import numpy as np
    >>> import soundfile
    >>> from skkws.datasets import load_audio_folder
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for word in ("stop", "go"):
    ...         pathlib.Path(folder, word).mkdir()
    ...         soundfile.write(f"{folder}/{word}/1.flac", np.zeros(9000), 8000)
    ...     words = load_audio_folder(folder)
    >>> words.data.shape, words.data.dtype
    ((2, 16000), dtype('int16'))
    >>> words.target
    array(['go', 'stop'], dtype='<U4')
    """
    clip_length(duration, sr)
    check_max_duration(max_duration)
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"path is {path!r}, but must be the path of a folder.")
    folder = Path(path)
    if not folder.is_dir():
        if folder.exists():
            raise NotADirectoryError(f"{folder} is not a folder.")
        raise FileNotFoundError(f"{folder} does not exist.")
    if not isinstance(silence, str | os.PathLike | None):
        raise TypeError(
            f"silence is {silence!r}, but must be the name of a sub-folder with noise."
        )
    if isinstance(unknown, str) or not isinstance(unknown, Iterable):
        raise TypeError(f"unknown is {unknown!r}, but must be a list of sub-folders.")
    unknown = list(unknown)
    words = word_folders(folder, named=unknown)
    if silence is not None:
        noise = os.path.realpath(folder / silence)
        words = [word for word in words if os.path.realpath(folder / word) != noise]
    if not words:
        raise FileNotFoundError(
            f"{folder} has no sub-folders, but must have one for each word."
        )
    warn_of_loose_recordings(folder)
    for word in unknown:
        if word not in words:
            raise ValueError(
                f"unknown has {word!r}, but the sub-folders are {', '.join(words)}."
            )
    if silence is not None:
        check_silence_loaded(load)
    files = {word: recordings(folder, word) for word in words}
    for word in words:
        if not files[word]:
            raise ValueError(
                f"{folder / word} has no recordings, but must hold those of a word."
            )
    if all(_names_speaker(file) for word in words for file in files[word]):
        clips = [clip for word in words for clip in word_clips(folder, word)]
    else:
        clips = [Clip(file, word) for word in words for file in files[word]]
    if silence is not None:
        keywords = [clip for clip in clips if clip.target not in unknown] or clips
        rng = check_random_state(random_state)
        clips += cut_silence(folder, keywords, rng, duration=duration, noise=silence)
    clips = [c._replace(target=UNKNOWN) if c.target in unknown else c for c in clips]
    return make_bunch(
        folder,
        clips,
        sr=sr,
        duration=duration,
        max_duration=max_duration,
        load=load,
        return_X_y=return_X_y,
        n_jobs=n_jobs,
        descr=(
            f"{len(clips)} clips of the classes "
            f"{', '.join(sorted({clip.target for clip in clips}))} in {folder}."
        ),
    )


def _names_speaker(file):
    return os.path.basename(file).find("_nohash_") > 0
