"""Spectrograms -> words: Keras networks as scikit-learn classifiers."""

from ._cnn import KerasCNNClassifier
from ._gru import KerasGRUClassifier
from ._mixup import Mixup
from ._presets import ASKERS_GRU, TUTORIAL_CNN, TUTORIAL_SPECTROGRAM
from ._spec_augment import SpecAugment
from ._warps import FrequencyWarp, TimeShift, TimeStretch

__all__ = [
    "ASKERS_GRU",
    "TUTORIAL_CNN",
    "TUTORIAL_SPECTROGRAM",
    "FrequencyWarp",
    "KerasCNNClassifier",
    "KerasGRUClassifier",
    "Mixup",
    "SpecAugment",
    "TimeShift",
    "TimeStretch",
]
