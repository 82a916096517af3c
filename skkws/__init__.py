"""Keyword spotting as an ordinary scikit-learn job."""

from importlib import import_module

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

# Sub-packages that nothing above needs, which are imported when they are asked for.
_LAZY = ("datasets", "export", "plots")


def __getattr__(name):
    if name in _LAZY:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), *_LAZY})
