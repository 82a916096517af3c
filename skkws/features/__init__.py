"""Waveforms to spectrograms to what a network takes in."""

from ._log_spectrogram import LogSpectrogram
from ._mfcc import MFCC
from ._normalize import Normalize
from ._pcen import PCEN
from ._resize import Resize

__all__ = ["MFCC", "PCEN", "LogSpectrogram", "Normalize", "Resize"]
