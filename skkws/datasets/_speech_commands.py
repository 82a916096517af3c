"""The Speech Commands, and the tasks that are published for them."""

import os
from collections.abc import Collection

from sklearn.utils import check_random_state

from .._files import read_sound
from .._parameters import check_choice
from .._rejected import SILENCE, UNKNOWN
from ._bunch import check_subset, make_bunch, word_clips, word_folders
from ._download import Archive, fetch_folder
from ._rejects import (
    check_silence_loaded,
    cut_silence,
    draw_unknown,
    noise_files,
    stretch_of,
)

_URL = (
    "https://storage.googleapis.com/download.tensorflow.org/data/"
    "speech_commands_v{}.tar.gz"
)
_SHA256 = {
    "0.01": "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d",
    "0.02": "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58",
}

_COMMANDS = "yes no up down left right on off stop go"
_OTHERS = (
    "bed bird cat dog eight five four happy house marvin nine one seven sheila six "
    "three tree two wow zero"
)
_NEW_IN_2 = "backward follow forward learn visual"
_TASKS = {
    "12": [*_COMMANDS.split(), UNKNOWN, SILENCE],
    "30": f"{_COMMANDS} {_OTHERS}".split(),
    "35": f"{_COMMANDS} {_OTHERS} {_NEW_IN_2}".split(),
}

_DESCR = """\
Speech Commands, version {version}
=============================

Words spoken by thousands of volunteers, at most one second each, 16 kHz, one channel,
16 bits; 64,727 clips of 30 words (version 0.01) or 105,829 clips of 35 words (version
0.02), and six recordings of background noise [1]_.

The split is the official one by speakers.

Licence: CC BY 4.0.

.. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
   Recognition", arXiv:1804.03209, 2018.
"""


def fetch_speech_commands(
    *,
    version="0.02",
    task="12",
    random_state=0,
    data_home=None,
    subset="all",
    load=True,
    return_X_y=False,
    download_if_missing=True,
    n_jobs=None,
):
    """Load the Speech Commands as one of the published tasks, or words of your own.

    To download are 1.5 GB (version 0.01) or 2.4 GB (version 0.02); a clip takes
    32 kB in memory.

    Parameters
    ----------
    version : {"0.01", "0.02"}, default="0.02"
        Version of the corpus.
    task : {"12", "30", "35"} or list of str, default="12"
        The classes: "12" are yes, no, up, down, left, right, on, off, stop, go,
        ``_unknown_`` and ``_silence_``; "30" and "35" are all words of version 0.01
        and 0.02. A list names words and, if wanted, ``_unknown_`` and ``_silence_``.
    random_state : int, RandomState instance or None, default=0
        Draws the clips of ``_unknown_`` and ``_silence_``.
    data_home : str, path-like or None, default=None
        Folder of all corpora; None means the environment variable ``SKKWS_DATA``,
        else ``skkws`` in the user's cache folder (``~/.cache/skkws`` on Linux). The
        folder ``speech_commands_v<version>`` in it is used as it is, where it exists.
    subset : {"all", "train", "validation", "test"}, default="all"
        Which part of the official split to load; it does not alter the draw.
    load : bool, default=True
        Whether `data` holds waveforms; if False it holds paths for
        :class:`skkws.audio.LoadAudio`, and no clip is opened. The clips of
        ``_silence_`` have no files of their own: such a task must be loaded.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    download_if_missing : bool, default=True
        Whether to download what is absent; if False, it is an error.
    n_jobs : int or None, default=None
        Number of threads that read.

    Returns
    -------
    Bunch or tuple of ndarray
        As from `fetch_mini_speech_commands`. The `filenames` of ``_unknown_`` clips
        tell the word; those of ``_silence_`` are the noise files, tenths of which
        stand for the `speaker`.

    Raises
    ------
    FileNotFoundError
        If the corpus is absent and `download_if_missing` is False, or it has no
        background noise to cut.
    OSError
        If the download fails.
    ValueError
        If the corpus does not have a word of the task, the archive has a wrong
        checksum, or a file cannot be decoded.

    See Also
    --------
    fetch_mini_speech_commands : Eight of the words, quick to download.
    speaker_split : The rule behind `split`.

    Notes
    -----
    As in the published recipe [1]_, in each split ``_unknown_`` and ``_silence_`` have
    a tenth of the number of keyword clips each, rounded up; ``_unknown_`` is drawn from
    all other words; ``_silence_`` is cut from the background noise at a random
    place, with a volume between 0 and 1. It differs in three ways:

    - The draw is another one, as the recipe's depends on Python's generator
      and the order of the files. The published test set of 4,890 clips (version
      0.02) has as many clips a class, but not the same ones in these two classes.
    - The recipe cuts all splits from the whole noise files; here training cuts
      from the first 80 % of each, validation from the next 10 %, test from the last.
    - The recipe cuts new noise in every step of training and also mixes it into
      words; here the cuts are made once, and mixing is left to augmentation.

    References
    ----------
    .. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
       Recognition", arXiv:1804.03209, 2018, with TensorFlow's
       ``examples/speech_commands/input_data.py``.

    Examples
    --------
    >>> from skkws.datasets import fetch_speech_commands
    >>> test = fetch_speech_commands(subset="test")  # doctest: +SKIP
    >>> test.data.shape  # doctest: +SKIP
    (4890, 16000)
    """
    check_subset(subset)
    classes = _classes(task)
    if SILENCE in classes:
        check_silence_loaded(load)
    folder = _fetch(version, data_home, download_if_missing)
    return make_bunch(
        folder,
        _task_clips(folder, classes, check_random_state(random_state)),
        sr=16000,
        duration=1.0,
        subset=subset,
        load=load,
        return_X_y=return_X_y,
        n_jobs=n_jobs,
        descr=_DESCR.format(version=version),
    )


def fetch_background_noise(
    *, version="0.02", data_home=None, subset="all", download_if_missing=True
):
    """Load the background noise of the Speech Commands: six recordings, 60 to 95 s.

    It lies in the same archive as the words, see `fetch_speech_commands`.

    Parameters
    ----------
    version : {"0.01", "0.02"}, default="0.02"
        Version of the corpus.
    data_home : str, path-like or None, default=None
        Folder of all corpora, as for `fetch_speech_commands`.
    subset : {"all", "train", "validation", "test"}, default="all"
        Which stretch of each recording to load: the whole, or the first 80 %, the
        next 10 % or the last.
    download_if_missing : bool, default=True
        Whether to download what is absent; if False, it is an error.

    Returns
    -------
    list of ndarray, shape (n_samples,)
        Recordings as int16 at 16 kHz, for `skkws.AddNoise` and
        `skkws.spotting.make_recording`.

    Raises
    ------
    FileNotFoundError
        If the corpus is absent and `download_if_missing` is False, or it has no
        background noise.
    OSError
        If the download fails.
    ValueError
        If the archive has the wrong checksum, or a parameter is out of range.

    Examples
    --------
    >>> from skkws.datasets import fetch_background_noise
    >>> noise = fetch_background_noise(subset="train")  # doctest: +SKIP
    >>> len(noise)  # doctest: +SKIP
    6
    """
    check_subset(subset)
    folder = _fetch(version, data_home, download_if_missing)
    noise = []
    for file, facts in noise_files(folder).items():
        first, last = stretch_of(subset, facts.frames)
        path = os.path.join(folder, file)
        seconds = (last - first) / facts.samplerate
        samples, _ = read_sound(path, start=first, seconds=seconds)
        noise.append(samples[: last - first])  # rounding may read one more
    return noise


def _fetch(version, data_home, download_if_missing):
    """Return the folder of the corpus."""
    check_choice("version", version, tuple(_SHA256))
    name = f"speech_commands_v{version}"
    archive = Archive(name, _URL.format(version), _SHA256[version], top=".")
    return fetch_folder(
        archive, data_home=data_home, download_if_missing=download_if_missing
    )


def _classes(task):
    """Return the classes of a task."""
    if isinstance(task, str) and task in _TASKS:
        return _TASKS[task]
    if isinstance(task, str) or not _are_words(task):
        raise ValueError(
            f"task is {task!r}, but must be '12', '30', '35' or a list of words."
        )
    classes = list(dict.fromkeys(task))
    if not set(classes) - {UNKNOWN, SILENCE}:
        raise ValueError(f"task is {classes}, but must have at least one word.")
    return classes


def _are_words(task):
    return isinstance(task, Collection) and all(isinstance(w, str) for w in task)


def _task_clips(folder, classes, rng):
    """Return the clips of all classes, of all splits."""
    present = word_folders(folder)
    words = [name for name in classes if name not in (UNKNOWN, SILENCE)]
    missing = [word for word in words if word not in present]
    if missing:
        raise ValueError(
            f"{folder} does not have the words {', '.join(missing)}; it has "
            f"{', '.join(present) or 'none'}."
        )
    keywords = [clip for word in words for clip in word_clips(folder, word)]
    clips = list(keywords)
    if UNKNOWN in classes:
        others = [word for word in present if word not in words]
        clips += draw_unknown(folder, others, keywords, rng)
    if SILENCE in classes:
        clips += cut_silence(folder, keywords, rng, duration=1.0)
    return clips
