"""Where the corpora lie, and how they come there."""

import os
import shutil
import sys
import tarfile
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile


class Archive(NamedTuple):
    """An archive on the web and the folder that is made of it."""

    folder: str  # its name in the data home
    url: str
    sha256: str | None
    top: str  # the folder inside the archive that becomes `folder`


def fetch_folder(archive, *, data_home=None, download_if_missing=True, verify=None):
    """Return the folder of a corpus; download and unpack it where it is absent.

    A folder that is already there is used as it is. The archive is downloaded and
    unpacked in a temporary folder beside it, which is then renamed in one step: an
    interruption leaves nothing behind that could be taken for the corpus.

    Parameters
    ----------
    archive : Archive
        What to fetch.
    data_home : str, path-like or None
        Folder of all corpora; None means the environment variable ``SKKWS_DATA``,
        else ``skkws`` in the user's cache folder.
    download_if_missing : bool
        Whether to download what is absent.
    verify : callable or None
        Called with the unpacked folder before it takes its place.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    FileNotFoundError
        If it is absent and may not be downloaded.
    OSError
        If the download fails.
    ValueError
        If the archive has the wrong SHA-256 checksum.
    """
    home = _data_home(data_home)
    folder = home / archive.folder
    if folder.is_dir():
        return folder
    if os.path.lexists(folder) and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is no folder, but must be one, or absent.")
    if not download_if_missing:
        raise FileNotFoundError(
            f"{folder} does not exist, and download_if_missing is False."
        )
    with _folder_in(home, prefix=f".{archive.folder}-") as part:
        unpacked = _download(archive, Path(part)) / archive.top
        if not unpacked.is_dir():
            raise ValueError(f"{archive.url} has no folder {archive.top}.")
        if verify is not None:
            verify(unpacked)
        try:
            unpacked.rename(folder)
        except OSError:
            if not folder.is_dir():  # else another process was faster
                raise
    return folder


def _data_home(data_home):
    """Return the folder of all corpora."""
    data_home = data_home or os.environ.get("SKKWS_DATA")
    if not data_home:
        import pooch

        data_home = pooch.os_cache("skkws")
    return Path(data_home).expanduser()


def _folder_in(home, prefix):
    """Return a temporary folder in the data home, as a context."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=home, prefix=prefix)
    except OSError as error:
        raise type(error)(
            f"{home} cannot hold what is downloaded ({error.strerror}): give another "
            "folder as data_home, or in the environment variable SKKWS_DATA."
        ) from error


def _download(archive, part):
    """Download an archive into the folder `part` and return where it is unpacked."""
    import pooch

    try:
        file = pooch.retrieve(
            archive.url,
            archive.sha256,
            fname=archive.url.rpartition("/")[2],
            path=part,
            downloader=pooch.HTTPDownloader(progressbar=sys.stderr is not None),
        )
        shutil.unpack_archive(file, part / "unpacked", **_within(file))
    except (OSError, EOFError, tarfile.TarError, BadZipFile, zlib.error) as error:
        reason = " ".join(str(error).split())  # of tarfile, on several lines
        raise OSError(
            f"{archive.folder} is not in {part.parent} and could not be downloaded "
            f"from {archive.url}: {reason}"
        ) from error
    return part / "unpacked"


def _within(file):
    """Return what keeps an archive's files in the folder where it is unpacked."""
    # Of zip files, shutil leaves out names with two dots; the filter of tar files came
    # with Python 3.11.4 and is no argument for others.
    is_tar = not file.endswith(".zip") and hasattr(tarfile, "data_filter")
    return {"filter": "data"} if is_tar else {}
