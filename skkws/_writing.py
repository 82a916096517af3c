"""Writing of files: all of one, or nothing."""

import contextlib
import errno
import os
import shutil
import threading
from pathlib import Path


def write_whole(path, content):
    """Write a file's bytes in one step: a reader never sees half of it.

    Parameters
    ----------
    path : str or path-like
        The file. A failed write leaves what was there. A pipe or a device is written
        to as it is.
    content : bytes
        All that it is to hold.

    Raises
    ------
    OSError
        If it cannot be written; the kind of error is that of the cause.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():  # a pipe, or /dev/null
            path.write_bytes(content)
        else:
            _replace(Path(os.path.realpath(path)), content)  # of a link, not the link
    except OSError as error:
        reason = error.strerror or error
        raise type(error)(f"{path} cannot be written: {reason}.") from error


def _replace(target, content):
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    unfinished = target.with_name(f"{os.getpid()}.{threading.get_ident()}.tmp")
    try:
        unfinished.write_bytes(content)
        if target.exists():
            shutil.copymode(target, unfinished)
        unfinished.replace(target)
    finally:
        with contextlib.suppress(OSError):  # there may be nothing, and nowhere
            unfinished.unlink()
