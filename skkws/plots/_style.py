"""What all displays draw with."""

# The palette of Okabe and Ito, "Color Universal Design" (2008), which colour-blind
# people can tell apart, but for its yellow, which is lost on white: the grey that R's
# version of it has takes its place.
COLOURS = (
    "#0072B2",  # blue
    "#D55E00",  # vermillion
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#E69F00",  # orange
    "#56B4E9",  # sky blue
    "#000000",  # black
    "#999999",  # grey
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (8, 3)), (0, (3, 1)))

# Entries that fit into one column of a legend beside the axes.
LEGEND_ROWS = 18
COLUMN_WIDTH = 1.5  # inches


def colour(i):
    """Return the colour of the i-th thing in a picture."""
    return COLOURS[i % len(COLOURS)]


def marker(i):
    """Return the marker of the i-th thing: another when its colour comes again."""
    return MARKERS[(i + i // len(COLOURS)) % len(MARKERS)]


def dashes(i):
    """Return the dashes of the i-th line: others when its colour comes again.

    There are seven to eight colours, so that the pairs repeat after 56 lines.
    """
    return DASHES[i % len(DASHES)]


def line_style(defaults, given):
    """Return how to draw a line: as given by any name, and else the defaults."""
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.lines import Line2D

    return {**defaults, **normalize_kwargs(given, Line2D)}  # c is color, lw linewidth


def point_style(defaults, given):
    """Return how to draw points, like `line_style`."""
    from matplotlib.cbook import normalize_kwargs
    from matplotlib.collections import PathCollection

    if "c" in given:  # which Matplotlib does not hold for another name of facecolor
        given = {"facecolor": given["c"], **given}
        del given["c"]
    return {**defaults, **normalize_kwargs(given, PathCollection)}


def axes_or_new(ax, n_entries=0):
    """Return the axes given, or those of a new figure.

    That has room for a legend of so many entries beside the axes.
    """
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    width, height = plt.rcParams["figure.figsize"]
    size = width + COLUMN_WIDTH * _n_columns(n_entries), height
    return plt.subplots(figsize=size, layout="constrained")[1]


def set_whole_ticks(axis):
    """Put the ticks of an axis at whole numbers, whatever ticks it had."""
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    locator = MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
    axis.set_major_locator(locator)
    axis.set_major_formatter(ScalarFormatter())


def legend_label(word):
    """Return a word as a label, as it is, but on one line.

    Matplotlib leaves out those that begin with "_", and takes what is between two
    dollars for mathematics.
    """
    label = " ".join(str(word).split()).replace("$", r"\$")
    return f" {label}" if label.startswith("_") else label


def legend_beside(ax, n_entries):
    """Draw the legend to the right of the axes, where it hides nothing."""
    ax.legend(
        loc="upper left",
        bbox_to_anchor=(1.01, 1),
        borderaxespad=0,
        ncols=_n_columns(n_entries),
        fontsize="small",
    )


def _n_columns(n_entries):
    return -(-n_entries // LEGEND_ROWS)
