"""Spectrograms -> words: Keras networks as scikit-learn classifiers."""

from ._augment import SpecAugment, TimeShift
from ._cnn import KerasCNNClassifier
from ._gru import KerasGRUClassifier
from ._presets import ASKERS_GRU, TUTORIAL_CNN, TUTORIAL_SPECTROGRAM

__all__ = [
    "ASKERS_GRU",
    "TUTORIAL_CNN",
    "TUTORIAL_SPECTROGRAM",
    "KerasCNNClassifier",
    "KerasGRUClassifier",
    "SpecAugment",
    "TimeShift",
]
