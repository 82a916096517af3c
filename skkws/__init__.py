"""Keyword spotting as an ordinary scikit-learn job."""

from .audio import AddNoise, LoadAudio
from .classifiers import (
    FrequencyWarp,
    KerasCNNClassifier,
    KerasGRUClassifier,
    Mixup,
    NoiseFloor,
    SpecAugment,
    TimeShift,
    TimeStretch,
)
from .features import MFCC, PCEN, LogSpectrogram, Normalize, Resize
from .spotting import KeywordSpotter

__version__ = "0.1.0"

__all__ = [
    "MFCC",
    "PCEN",
    "AddNoise",
    "FrequencyWarp",
    "KerasCNNClassifier",
    "KerasGRUClassifier",
    "KeywordSpotter",
    "LoadAudio",
    "LogSpectrogram",
    "Mixup",
    "NoiseFloor",
    "Normalize",
    "Resize",
    "SpecAugment",
    "TimeShift",
    "TimeStretch",
]
