"""Eight words of the Speech Commands."""

from ._bunch import check_subset, make_bunch, word_clips, word_folders
from ._download import Archive, fetch_folder

_ARCHIVE = Archive(
    folder="mini_speech_commands",
    url="https://storage.googleapis.com/download.tensorflow.org/data/"
    "mini_speech_commands.zip",
    sha256="49650f2341b26d886b46b3f4fb8fed59e30300b17550f1ee4a768b3106cf93a0",
    top="mini_speech_commands",
)

_DESCR = """\
Mini Speech Commands
====================

Eight words (down, go, left, no, right, stop, up, yes), about 1,000 clips a word, at
most one second each, 16 kHz, one channel, 16 bits. Compiled for the TensorFlow tutorial
"Simple audio recognition" from version 0.01 of the Speech Commands [1]_.

The split is the official one by speakers. Some clips are nearly silent, and a few
are byte-identical, though never under two words.

Licence: CC BY 4.0.

.. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
   Recognition", arXiv:1804.03209, 2018.
"""


def fetch_mini_speech_commands(
    *,
    data_home=None,
    subset="all",
    load=True,
    return_X_y=False,
    download_if_missing=True,
    n_jobs=None,
):
    """Load the Mini Speech Commands, eight words of many speakers.

    About 8,000 clips (182 MB to download, 256 MB in memory).

    Parameters
    ----------
    data_home : str, path-like or None, default=None
        Folder of all corpora; None means the environment variable ``SKKWS_DATA``,
        else ``skkws`` in the user's cache folder (``~/.cache/skkws`` on Linux). The
        folder ``mini_speech_commands`` in it is used as it is, where it exists.
    subset : {"all", "train", "validation", "test"}, default="all"
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
        The clips in the order of their file names, with the attributes:

        data : ndarray, shape (n_clips, n_samples) or (n_clips,)
            Waveforms, int16, the shorter ones padded with zeros at the end; or
            paths.
        target : ndarray of str, shape (n_clips,)
            The words.
        target_names : ndarray of str, shape (n_classes,)
            The different words, sorted.
        speaker : ndarray of str, shape (n_clips,)
            Who spoke: groups for cross-validation.
        split : ndarray of str, shape (n_clips,)
            "train", "validation" or "test", see `speaker_split`.
        filenames : ndarray of str, shape (n_clips,)
            Paths relative to the corpus's folder.
        sr : int
            Rate in Hz.
        DESCR : str
            Description, source and licence of the corpus.

    Raises
    ------
    FileNotFoundError
        If the corpus is absent and `download_if_missing` is False.
    OSError
        If the download fails.
    ValueError
        If the archive has a wrong checksum, or a file cannot be decoded.

    See Also
    --------
    fetch_speech_commands : All words of the corpus.
    speaker_split : The rule behind `split`.

    Examples
    --------
    >>> from skkws.datasets import fetch_mini_speech_commands
    >>> X, y = fetch_mini_speech_commands(  # doctest: +SKIP
    ...     subset="train", return_X_y=True
    ... )
    >>> X.shape, X.dtype, y[0]  # doctest: +SKIP
    ((6289, 16000), dtype('int16'), 'down')
    """
    check_subset(subset)
    folder = fetch_folder(
        _ARCHIVE, data_home=data_home, download_if_missing=download_if_missing
    )
    clips = [clip for word in word_folders(folder) for clip in word_clips(folder, word)]
    if not clips:
        raise FileNotFoundError(f"{folder} has no sub-folders with recordings.")
    return make_bunch(
        folder,
        clips,
        sr=16000,
        duration=1.0,
        subset=subset,
        load=load,
        return_X_y=return_X_y,
        n_jobs=n_jobs,
        descr=_DESCR,
    )
