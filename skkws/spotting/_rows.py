"""What was said and what was heard, given as lists or as tables."""

import math
from collections.abc import Iterable, Sequence
from numbers import Real

import numpy as np

from ._detections import Detection

TRUTH = ("word", "start", "end")


def truth_of(name, truth):
    """Return what was said as a list of (word, start, end).

    Parameters
    ----------
    name : str
        What it is called where it is refused.
    truth : iterable of (word, start, end), or DataFrame
        As users give it; what follows in a row, such as a score, is left out.

    Returns
    -------
    list of tuple
        The rows.

    Raises
    ------
    ValueError
        If it has not these columns, or a row is none, or ends before it starts.
    """
    return _rows_of(name, truth, TRUTH)


def detections_of(name, detections):
    """Return what was heard as a list of Detection; `truth_of` for (..., score)."""
    return [Detection(*row) for row in _rows_of(name, detections, Detection._fields)]


def _rows_of(name, table, fields):
    expected = f"({', '.join(fields)})"
    if hasattr(table, "itertuples"):  # a DataFrame, whatever else it has
        if not set(fields) <= set(table.columns):
            raise ValueError(
                f"{name} has the columns {list(table.columns)}, but must have "
                f"{expected}."
            )
        table = table[list(fields)].itertuples(index=False, name=None)
    if isinstance(table, str) or not isinstance(table, Iterable):
        raise ValueError(f"{name} is {table!r}, but must be a list of {expected}.")
    rows = list(table)
    for i, row in enumerate(rows):
        if not (
            isinstance(row, Sequence | np.ndarray)
            and len(row) >= len(fields)
            and all(isinstance(number, Real) for number in row[1 : len(fields)])
            and -math.inf < row[1] <= row[2] < math.inf
            and not any(map(math.isnan, row[3 : len(fields)]))
        ):
            raise ValueError(
                f"{name}[{i}] is {row!r}, but must be {expected}, in seconds, must not "
                "end before it starts, and no number may be NaN."
            )
    return [tuple(row[: len(fields)]) for row in rows]
