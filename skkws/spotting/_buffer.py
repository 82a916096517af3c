"""Rows that come at one end and leave at the other."""

import numpy as np


class Buffer:
    """A queue of rows that lie in a row in memory, at constant cost a row.

    Parameters
    ----------
    row_shape : tuple of int, default=()
        Shape of a row; () for samples.

    Examples
    --------
    >>> queue = Buffer()
    >>> queue.append([1, 2, 3])
    >>> queue.drop(1)
    >>> queue.rows
    array([2., 3.], dtype=float32)
    """

    def __init__(self, row_shape=()):
        self._memory = np.empty((64, *row_shape), dtype=np.float32)
        self._first = self._end = 0
        self._n_owed = 0

    def __len__(self):
        return self._end - self._first

    @property
    def rows(self):
        """A view of all rows, valid until the next change."""
        return self._memory[self._first : self._end]

    def append(self, rows):
        """Put rows, array-like of shape (n_rows, *row_shape), at the end."""
        if self._n_owed:
            n_skipped = min(self._n_owed, len(rows))
            self._n_owed -= n_skipped
            rows = rows[n_skipped:]
        n_rows = len(rows)
        if self._end + n_rows > len(self._memory):
            self._make_room(n_rows)
        self._memory[self._end : self._end + n_rows] = rows
        self._end += n_rows

    def drop(self, n_rows):
        """Take rows away from the start; what is not there yet is left out later."""
        n_present = min(n_rows, len(self))
        self._first += n_present
        self._n_owed += n_rows - n_present

    def _make_room(self, n_rows):
        kept = self.rows
        memory = self._memory
        # Twice what is needed: rows then move once in as many appended rows.
        needed = 2 * (len(kept) + n_rows)
        if len(memory) < needed or len(memory) > 4 * needed:
            memory = np.empty((needed, *memory.shape[1:]), dtype=np.float32)
        memory[: len(kept)] = kept
        self._memory, self._first, self._end = memory, 0, len(kept)
