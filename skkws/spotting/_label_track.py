"""Words with their times as a file for Audacity."""

from .._writing import write_whole
from ._rows import truth_of


def write_labels(detections, path):
    """Write detections as a label track for Audacity.

    Parameters
    ----------
    detections : list of Detection or of (word, start, end), or DataFrame
        What `KeywordSpotter.detect` returns, or what was said.
    path : str or path-like
        The text file to write, one line a word. A failed write leaves what was there.

    Raises
    ------
    OSError
        If the file cannot be written.
    ValueError
        If a row is neither, or ends before it starts.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skkws.spotting import Detection, write_labels
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "labels.txt"
    ...     write_labels([Detection("yes", 0.5, 1.5, 0.9)], path)
    ...     path.read_text()
    '0.500000\\t1.500000\\tyes\\n'
    """
    lines = [
        f"{start:.6f}\t{end:.6f}\t{' '.join(str(word).split())}\n"
        for word, start, end in truth_of("detections", detections)
    ]
    write_whole(path, "".join(lines).encode())
