"""A recording above whatever belongs to its times."""

import numpy as np

from ..features import LogSpectrogram
from ._spectrogram_display import SpectrogramDisplay
from ._stages import bin_frequencies, frame_times

# Below this rate, 40 mel filters would be narrower than the bins they are made of.
LEAST_MEL_RATE = 8000


def two_axes_or_new(axes):
    """Return the two axes given, or those of a new figure, one above the other."""
    if axes is None:
        import matplotlib.pyplot as plt

        _, axes = plt.subplots(
            2,
            sharex=True,
            figsize=(10, 5.5),
            height_ratios=(1, 1.6),
            layout="constrained",
        )
    axes = np.asarray(axes, dtype=object)
    if axes.shape != (2,):
        raise ValueError(f"axes has the shape {axes.shape}, but must be two axes.")
    return axes


def draw_recording(ax, samples, sr, start):
    """Draw the spectrogram of samples, shape (n_samples,), from a second on."""
    n_mels = 40 if sr >= LEAST_MEL_RATE else None
    step = LogSpectrogram(sr, n_mels=n_mels, log="db", top_db=80)
    spectrogram = step.transform(samples[np.newaxis])[0]
    SpectrogramDisplay(
        spectrogram=spectrogram,
        times=start + frame_times(step, len(spectrogram)),
        frequencies=bin_frequencies(step),
    ).plot(ax, colorbar=False)
    ax.set_xlabel("")
    ax.tick_params(labelbottom=False)
