"""Opening of sound files: what is wrong with one is named in one sentence."""

import contextlib
import os
import re
import stat

from sklearn.utils import gen_batches

# Bytes in the header of a WAV file written to a pipe: 0x7ffff000 and up.
STREAMED = 0x7FFFF000

# What libsndfile notes of a header that is wrong, in WAV, AIFF, AU, W64, RF64 and 8SVX
# files.
PROMISES = re.compile(
    r"(?:data|SSND|Data Size|[rR]iff(?: size)?|BODY)\s*: (\d+) \(should be (\d+)\)"
)

# Samples of a FLAC file written to a pipe, says libsndfile.
UNKNOWN_LENGTH = 2**63 - 1


@contextlib.contextmanager
def opened(path):
    """Open a sound file; what goes wrong with it is named in one sentence."""
    import soundfile

    try:
        with _sound_file(path) as file:
            _check_complete(path, file.extra_info)
            if file.frames == UNKNOWN_LENGTH:
                raise ValueError(
                    f"{path} does not tell how many samples it has, as it was written "
                    "to a pipe: convert it into a file that does."
                )
            yield file
    except soundfile.LibsndfileError as error:
        raise _diagnose(path) from error


def _sound_file(path):
    import soundfile

    _refuse_a_pipe(path)
    try:
        path = os.fspath(path)
        path.encode()
    except UnicodeEncodeError:  # of bytes that are no text, which soundfile takes
        path = os.fsencode(path)
    try:
        file = soundfile.SoundFile(path)
    except TypeError as error:  # *.raw, whose format soundfile wants to be told
        raise _diagnose(path) from error
    # Else soundfile seeks after each read to where it is, and libsndfile then forgets
    # what the next samples of an MP3 file need to know of those before.
    file.seekable = lambda: False
    return file


def skip(file, n_samples):
    """Go to a sample: in an MP3 file past all before, as a seek would not be exact."""
    if file.format != "MP3":
        file.seek(n_samples)
        return
    for block in gen_batches(n_samples, 2**20):
        file.read(block.stop - block.start, dtype="int16")


def own_dtype(file):
    """Return the type that holds a file's samples exactly at the least size."""
    return "int16" if file.subtype == "PCM_16" else "float32"


def _check_complete(path, header_log):
    """Refuse a file that ends before what its header promises.

    A recorder that writes to a pipe cannot know the length and promises everything.
    """
    for promised, found in PROMISES.findall(header_log):
        if int(found) < int(promised) < STREAMED:
            raise ValueError(
                f"{path} is cut off: its header promises {promised} bytes, but there "
                f"are {found}."
            )


def _refuse_a_pipe(path):
    """Refuse a pipe in a folder, at which one would wait for somebody to write."""
    try:
        is_pipe = stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:  # which is diagnosed when it is opened
        return
    except ValueError as error:  # of a NUL, at which soundfile would cut it
        raise ValueError(f"{path!r} is no path of a file: {error}.") from None
    # One between two programs, such as /dev/stdin, has no place of its own.
    if is_pipe and os.path.exists(os.path.realpath(path)):
        raise ValueError(f"{path} is a pipe, but must be a sound file.")


def _diagnose(path):
    """Return the error that tells why soundfile could not read a path."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return FileNotFoundError(f"{path} does not exist.")
    except PermissionError:  # of a folder
        return PermissionError(f"{path} may not be read: permission denied.")
    except OSError as error:  # such as too long a name
        return FileNotFoundError(f"{path} cannot be found: {error.strerror.lower()}.")
    if os.path.isdir(path):
        return IsADirectoryError(f"{path} is a directory, but must be a sound file.")
    if not os.access(path, os.R_OK):
        return PermissionError(f"{path} may not be read: permission denied.")
    if os.path.getsize(path) == 0:
        return ValueError(f"{path} is empty (0 bytes), but must be a sound file.")
    return ValueError(
        f"{path} cannot be decoded: it is corrupt or in a format that soundfile "
        "does not read."
    )
