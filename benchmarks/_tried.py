"""Augmentations that `search.py` tries and the library does not have."""

import numpy as np

from skkws.classifiers._augmentation import Augmentation, numbers
from skkws.classifiers._backend import import_keras
from skkws.classifiers._noise_floor import NATURAL
from skkws.classifiers._warps import interpolation

DECIBEL = np.log(10) / 10  # in natural logarithms of power


class Equalize(Augmentation):
    """Change the balance of low, middle and high bins, as another microphone does.

    FilterAugment (Nam, Kim and Park, ICASSP 2022) in its linear form: random gains at
    equal distances, in standard deviations, and lines in between.
    """

    def __init__(self, max_gain=0.5, n_gains=4):
        self.max_gain = max_gain
        self.n_gains = n_gains

    def _vary(self, X, targets, seed):
        keras = import_keras()
        ops = keras.ops
        shape = (ops.shape(X)[0], 1, self.n_gains)
        gains = keras.random.uniform(shape, -self.max_gain, self.max_gain, seed=seed)
        places = numbers(X.shape[2]) * ((self.n_gains - 1) / (X.shape[2] - 1))
        return X + ops.matmul(gains, interpolation(places, self.n_gains)), targets


class Reverberate(Augmentation):
    """Let the power of a part of the clips die away, as in a room.

    A tail that falls by 60 dB in `frames`, and together has `level` dB of the sound.
    """

    def __init__(self, probability=0.5, frames=(10.0, 60.0), level=(-15.0, 3.0)):
        self.probability = probability
        self.frames = frames
        self.level = level

    def _vary(self, X, targets, seed):
        keras = import_keras()
        ops = keras.ops
        shape = (ops.shape(X)[0], 1, 1)
        rate = -np.log(1e6) / keras.random.uniform(shape, *self.frames, seed=seed)
        level = keras.random.uniform(shape, *self.level, seed=seed) * DECIBEL
        lag = ops.transpose(numbers(X.shape[1])) - numbers(X.shape[1])
        tail = ops.where(lag > 0, ops.exp(rate * ops.relu(lag)), 0.0)
        share = ops.exp(level) * (ops.exp(-rate) - 1)
        power = ops.exp(NATURAL * X)
        wet = ops.log(power + share * ops.matmul(tail, power)) / NATURAL
        chosen = keras.random.uniform(shape, seed=seed) < self.probability
        return ops.where(chosen, wet, X), targets


class NormalizeAgain(Augmentation):
    """Give each clip the mean and deviation of `Normalize("clip")` after noise."""

    def _vary(self, X, targets, seed):
        ops = import_keras().ops
        center = ops.mean(X, axis=(1, 2), keepdims=True)
        scale = ops.std(X, axis=(1, 2), keepdims=True)
        return (X - center) / (scale + 1e-3), targets


class Overlay(Augmentation):
    """Let another clip of the batch be heard beside each, and ask for both words.

    Between-class learning (Tokozume, Ushiku and Harada, ICLR 2018): powers add, and a
    word counts by its share of the amplitude. `level` is the other clip's, in dB.
    """

    def __init__(self, level=(-30.0, 0.0)):
        self.level = level

    def _vary(self, X, targets, seed):
        keras = import_keras()
        ops = keras.ops
        level = keras.random.uniform((ops.shape(X)[0], 1), *self.level, seed=seed)
        level = level * DECIBEL
        other = ops.roll(X, 1, axis=0) + level[:, None] / NATURAL
        share = ops.sigmoid(level / 2)
        return (
            ops.logaddexp(NATURAL * X, NATURAL * other) / NATURAL,
            (1 - share) * targets + share * ops.roll(targets, 1, axis=0),
        )
