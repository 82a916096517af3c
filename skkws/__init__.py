"""Keyword spotting as an ordinary scikit-learn job."""

from .audio import LoadAudio
from .classifiers import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    SpecAugment,
    TimeShift,
)
from .features import MFCC, PCEN, LogSpectrogram, Normalize, Resize

__version__ = "0.1.0"

__all__ = [
    "MFCC",
    "PCEN",
    "KerasCNNClassifier",
    "KerasGRUClassifier",
    "LoadAudio",
    "LogSpectrogram",
    "Normalize",
    "Resize",
    "SpecAugment",
    "TimeShift",
]
