"""Spectrograms -> words: Keras networks as scikit-learn classifiers."""

from ._augment import SpecAugment, TimeShift
from ._cnn import KerasCNNClassifier
from ._gru import KerasGRUClassifier

__all__ = ["KerasCNNClassifier", "KerasGRUClassifier", "SpecAugment", "TimeShift"]
