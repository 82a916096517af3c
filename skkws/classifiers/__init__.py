"""Spectrograms -> words: Keras networks as scikit-learn classifiers."""

from ._cnn import KerasCNNClassifier
from ._gru import KerasGRUClassifier
from ._mixup import Mixup
from ._noise_floor import NoiseFloor
from ._presets import (
    ASKERS_GRU,
    CAUSAL_GRU,
    FAST_GRU,
    SPOTTING_TRAINING,
    TUTORIAL_CNN,
    TUTORIAL_SPECTROGRAM,
)
from ._spec_augment import SpecAugment
from ._warps import FrequencyWarp, TimeShift, TimeStretch

__all__ = [
    "ASKERS_GRU",
    "CAUSAL_GRU",
    "FAST_GRU",
    "SPOTTING_TRAINING",
    "TUTORIAL_CNN",
    "TUTORIAL_SPECTROGRAM",
    "FrequencyWarp",
    "KerasCNNClassifier",
    "KerasGRUClassifier",
    "Mixup",
    "NoiseFloor",
    "SpecAugment",
    "TimeShift",
    "TimeStretch",
]
