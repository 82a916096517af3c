"""When windows begin, and how many of them settings in seconds are."""

from typing import NamedTuple


class Timing(NamedTuple):
    """A spotter's settings in whole samples and windows.

    Attributes
    ----------
    sr : int
        Rate in Hz.
    n_samples, hop_samples : int
        Length of a window, and from one to the next.
    n_averaged : int
        Windows whose probabilities are averaged.
    patience : int
        Windows that are waited for a higher score.
    """

    sr: int
    n_samples: int
    hop_samples: int
    n_averaged: int
    patience: int

    @property
    def window(self):
        """Length of a window in seconds."""
        return self.n_samples / self.sr

    @property
    def hop(self):
        """From one window to the next in seconds."""
        return self.hop_samples / self.sr

    def start(self, window):
        """Return when the middle one of the averaged windows begins, in seconds."""
        n_averaged = min(self.n_averaged, window + 1)
        return (window - (n_averaged - 1) / 2) * self.hop

    @property
    def delay(self):
        """Seconds from the end of a detection until it is known."""
        return (self.patience + (self.n_averaged - 1) / 2) * self.hop

    def samples_missing(self, n_samples):
        """Count the samples after which the last window is complete."""
        if n_samples <= self.n_samples:
            return self.n_samples - n_samples
        return -(n_samples - self.n_samples) % self.hop_samples

    def windows_in(self, n_samples):
        """Count the windows that are complete in so many samples."""
        return max(0, 1 + (n_samples - self.n_samples) // self.hop_samples)
