"""Round frequencies on an axis of bins."""

import numpy as np

# Ticks of a frequency axis that is not linear, in Hz.
OCTAVES = (125, 250, 500, 1000, 2000, 4000, 8000, 16000)

# As a share of the axis, the least distance of two such ticks.
TICK_DISTANCE = 0.08


def set_frequency_ticks(ax, frequencies):
    """Put ticks where round frequencies are among the bins."""
    from matplotlib.ticker import MaxNLocator

    low, high = frequencies[0], frequencies[-1]
    n_bins = len(frequencies)
    # Half a bin on both sides belongs to the picture, too.
    edges = 1.5 * low - 0.5 * frequencies[1], 1.5 * high - 0.5 * frequencies[-2]
    bins = [-0.5, *range(n_bins), n_bins - 0.5]
    known = [edges[0], *frequencies, edges[1]]
    is_linear = np.allclose(np.diff(frequencies), frequencies[1] - low)
    ticks = [tick for tick in OCTAVES if edges[0] <= tick <= edges[1]]
    if is_linear or len(ticks) < 2:
        ticks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(*edges)
    kept, places = [], []
    for tick in sorted(ticks, reverse=True):  # round kHz are what matters most
        if not max(0, edges[0]) <= tick <= edges[1]:
            continue
        place = np.interp(tick, known, bins)
        if places and places[-1] - place < TICK_DISTANCE * n_bins:
            continue
        kept.append(tick)
        places.append(place)
    unit, name = (1000, "kHz") if high >= 2000 else (1, "Hz")
    ax.set_yticks(places, [f"{tick / unit:g}" for tick in kept])
    ax.set_ylabel(f"Frequency ({name})")
