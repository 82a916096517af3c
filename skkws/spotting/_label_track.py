"""Words with their times as a file of Audacity."""

from pathlib import Path

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
        If a row is neither, ends before it starts, or has a word without text.

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
    lines = []
    for i, (word, start, end) in enumerate(truth_of("detections", detections)):
        text = " ".join(str(word).split())
        if not text:
            raise ValueError(
                f"detections[{i}] has the word {word!r}, but a label must have text."
            )
        lines.append(f"{start:.6f}\t{end:.6f}\t{text}\n")
    write_whole(path, "".join(lines).encode())


def read_labels(path):
    """Read a label track that Audacity has exported, such as what was said.

    Parameters
    ----------
    path : str or path-like
        The text file: a line a word, with its start and end in seconds, tabs between.

    Returns
    -------
    list of (word, start, end)
        The rows, as `KeywordSpotter.tune` and `miss_rate` take them; words are str.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If it is no text, or a line is no label.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> from skkws.spotting import read_labels, write_labels
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "labels.txt"
    ...     write_labels([("yes", 0.5, 1.5)], path)
    ...     read_labels(path)
    [('yes', 0.5, 1.5)]
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is no text in UTF-8 ({error}).") from error
    # A label of a range of frequencies has a second line, which begins with \.
    return [
        _label(line, f"{path}, line {number},")
        for number, line in enumerate(lines, start=1)
        if line.strip() and not line.startswith("\\")
    ]


def _label(line, where):
    try:
        start, end, word = line.split("\t", 2)
        (row,) = truth_of("label", [(word.strip(), float(start), float(end))])
        if not row[0]:
            raise ValueError("The label has no text.")
    except ValueError:
        raise ValueError(
            f"{where} is {line!r}, but must be a start and an end in seconds, not "
            "before it, and a word, with tabs between."
        ) from None
    return row
