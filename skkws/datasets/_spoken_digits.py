"""The Free Spoken Digit Dataset."""

import hashlib
import re

from .._files import read_sound
from .._warnings import warn_user
from ._bunch import Clip, check_subset, make_bunch, recordings
from ._download import Archive, fetch_folder

_RECORDINGS = "recordings"

_ARCHIVE = Archive(
    folder="free-spoken-digit-dataset",
    url="https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/"
    "v1.0.10.tar.gz",
    # GitHub packs the archives of tags on request and does not promise the same
    # bytes twice, and nobody has published a checksum of this one: what is checked
    # are the samples, see _warn_of_other_recordings.
    sha256=None,
    top="free-spoken-digit-dataset-1.0.10",
)

# Of the 3,000 recordings (six speakers) with which this module was tested.
_SHA256_OF_SAMPLES = "f0030a92210ff3734772d8d78fd7d24a475d88b26e32602bd7c20ea9e27205c4"

_DESCR = """\
Free Spoken Digit Dataset, version 1.0.10
=========================================

3,000 recordings of the digits 0 to 9: six speakers, 50 takes of each digit, 8 kHz,
one channel, 16 bits, .14 to 2.3 s long (20 are longer than 1 s), trimmed to the word.

Test are the takes 0 to 4, as the authors define it. All speakers are in both parts:
for a figure that holds for new speakers, leave one out with `speaker` as the groups.

Licence: CC BY-SA 4.0, Zohar Jackson et al.,
https://github.com/Jakobovski/free-spoken-digit-dataset
"""


def fetch_spoken_digits(
    *,
    duration=1.0,
    data_home=None,
    subset="all",
    load=True,
    return_X_y=False,
    download_if_missing=True,
    n_jobs=None,
):
    """Load the Free Spoken Digit Dataset, ten digits of six speakers at 8 kHz.

    3,000 clips (16 MB to download, 48 MB in memory).

    Parameters
    ----------
    duration : float, default=1.0
        Length of the waveforms in seconds. The recordings are trimmed to the word
        and of any length (.14 to 2.3 s): shorter ones are padded with zeros at the
        end, longer ones are cut there (20 of 3,000 are longer than 1 s).
    data_home : str, path-like or None, default=None
        Folder of all corpora; None means the environment variable ``SKKWS_DATA``,
        else ``skkws`` in the user's cache folder (``~/.cache/skkws`` on Linux). The
        folder ``free-spoken-digit-dataset`` in it is used as it is, where it exists.
    subset : {"all", "train", "test"}, default="all"
        Which part of the official split to load.
    load : bool, default=True
        Whether `data` holds waveforms; if False it holds paths for
        :class:`skkws.audio.LoadAudio`, and no sound file is opened.
    return_X_y : bool, default=False
        Whether to return ``(data, target)`` instead of a Bunch.
    download_if_missing : bool, default=True
        Whether to download what is absent; if False, it is an error.
    n_jobs : int or None, default=None
        Number of threads that read.

    Returns
    -------
    Bunch or tuple of ndarray
        As from `fetch_mini_speech_commands`, with `sr` 8000 and the words "0" to "9".
        `split` is "test" for the takes 0 to 4 of each digit and speaker, else "train".

    Raises
    ------
    FileNotFoundError
        If the corpus is absent and `download_if_missing` is False.
    OSError
        If the download fails.
    ValueError
        If a file cannot be decoded.

    Warns
    -----
    UserWarning
        If downloaded recordings differ from those this function was tested with.

    See Also
    --------
    fetch_mini_speech_commands : Words of many speakers.

    Notes
    -----
    The official split has all speakers in both parts and is easy. For a figure that
    holds for new speakers use ``LeaveOneGroupOut`` with ``groups=bunch.speaker``.

    Examples
    --------
    >>> from skkws.datasets import fetch_spoken_digits
    >>> digits = fetch_spoken_digits()  # doctest: +SKIP
    >>> digits.data.shape, digits.sr  # doctest: +SKIP
    ((3000, 8000), 8000)
    """
    check_subset(subset, ("train", "test"))
    folder = fetch_folder(
        _ARCHIVE,
        data_home=data_home,
        download_if_missing=download_if_missing,
        verify=_warn_of_other_recordings,
    )
    clips = _clips(folder)
    if not clips:
        raise FileNotFoundError(
            f"{folder / _RECORDINGS} has no recordings named <digit>_<speaker>_<n>.wav."
        )
    return make_bunch(
        folder,
        clips,
        sr=8000,
        duration=duration,
        subset=subset,
        load=load,
        return_X_y=return_X_y,
        n_jobs=n_jobs,
        descr=_DESCR,
    )


def _clips(folder):
    """Return the clips whose names tell digit, speaker and take."""
    if not (folder / _RECORDINGS).is_dir():
        return []
    clips = []
    for file in recordings(folder, _RECORDINGS):
        match = re.fullmatch(r".*/(\d)_(\w+)_(\d+)\.wav", file)
        if match:
            digit, speaker, take = match.groups()
            split = "test" if int(take) < 5 else "train"
            clips.append(Clip(file, digit, speaker, split))
    return clips


def _warn_of_other_recordings(folder):
    """Warn if the downloaded recordings are others than those known."""
    if _digest(folder) != _SHA256_OF_SAMPLES:
        warn_user(
            f"The recordings in {_ARCHIVE.url} differ from the 3,000 that skkws was "
            "tested with."
        )


def _digest(folder):
    """Return the SHA-256 of the names and samples of all recordings."""
    digest = hashlib.sha256()
    for clip in _clips(folder):
        samples, _ = read_sound(folder / clip.file, dtype="int16")
        digest.update(clip.file.encode())
        digest.update(samples.astype("<i2").tobytes())
    return digest.hexdigest()
