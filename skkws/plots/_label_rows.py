"""Words in rows over an axis of time, none over another."""

FONTSIZE = 9  # points
ROW = 0.14  # height of a row where what is below reaches from 0 to 1
BOTTOM = -0.03  # of the vertical axis
MOST_ROWS = 6  # of a name; what would need more is left out


class LabelRows:
    """Rows of words above scores from 0 to 1.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw, laid out but for its vertical axis, which `finish` sets.
    limits : tuple of float
        The first and last second of the horizontal axis.
    """

    def __init__(self, ax, limits):
        self._ax = ax
        self._limits = limits
        self._level = 1 + ROW / 2
        self._ticks = [(0, "0"), (0.5, "0.5"), (1, "1")]

    def add(self, name, words, middles):
        """Write words in rows above those that are there.

        Parameters
        ----------
        name : str
            What they are, for the vertical axis.
        words : list of str
            The words.
        middles : list of float
            When, in seconds; at the ends of the axis words are drawn inside of it.

        Returns
        -------
        list of matplotlib.text.Text or None
            None for a word that is left out.
        """
        spans = self._spans(words, middles)
        rows = rows_without_overlap(spans)
        texts = []
        for word, (first, last), row in zip(words, spans, rows, strict=True):
            if row >= MOST_ROWS:
                texts.append(None)
                continue
            x, y = (first + last) / 2, self._level + (row + 0.5) * ROW
            texts.append(self._text(x, y, word, ha="center", va="center"))
        n_rows = min(MOST_ROWS, 1 + max(rows, default=0))
        self._ticks.append((self._level + n_rows * ROW / 2, name))
        self._level += (n_rows + 0.25) * ROW
        return texts

    def finish(self):
        """Set limits, ticks and name of the vertical axis."""
        self._ax.set_ylim(BOTTOM, self._level)
        self._ax.set_yticks(*zip(*self._ticks, strict=True))
        for level in (0.5, 1):
            self._ax.axhline(level, color="0.85", linewidth=0.8, zorder=0)
        height = (0.5 - BOTTOM) / (self._level - BOTTOM)
        self._ax.set_ylabel("Score", y=height)

    def _text(self, x, y, word, **kwargs):
        return self._ax.text(x, y, word, fontsize=FONTSIZE, parse_math=False, **kwargs)

    def _spans(self, words, middles):
        """Return from where to where each word reaches, in seconds."""
        first, last = self._limits
        seconds_per_pixel = (last - first) / self._ax.bbox.width
        widths = {}
        for word in set(words):
            text = self._text(first, 0, word)
            pixels = text.get_window_extent().width + FONTSIZE  # a gap between words
            text.remove()
            widths[word] = min(pixels * seconds_per_pixel, last - first)
        spans = []
        for word, middle in zip(words, middles, strict=True):
            half = widths[word] / 2
            middle = min(max(middle, first + half), last - half)
            spans.append((middle - half, middle + half))
        return spans


def rows_without_overlap(spans):
    """Find a row for each span so that no two in a row overlap, in few rows.

    Parameters
    ----------
    spans : list of (first, last)
        Where each begins and ends.

    Returns
    -------
    list of int
        The row of each, from 0 on.

    Examples
    --------
    >>> rows_without_overlap([(0, 2), (1, 3), (2.5, 4)])
    [0, 1, 0]
    """
    rows = [0] * len(spans)
    ends = []
    for i in sorted(range(len(spans)), key=lambda i: spans[i]):
        first, last = spans[i]
        free = (row for row, end in enumerate(ends) if end <= first)
        rows[i] = next(free, len(ends))
        ends[rows[i] : rows[i] + 1] = [last]
    return rows
