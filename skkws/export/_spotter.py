"""What a program that runs a spotter's classifier must know to spot."""

import json

import numpy as np

from ..spotting._settings import (
    classifier_of,
    refractory_of,
    thresholds_of,
    timing_of,
    words_of,
)
from ..spotting._steps import listening_part
from ._classifier import exported_labels


def listening_part_of(spotter):
    """Return the part of a spotter's classifier that a stream goes through."""
    return listening_part(classifier_of(spotter))[1]


def settings_of(spotter):
    """Return metadata: the rate, and the settings as JSON."""
    timing, thresholds = timing_of(spotter), thresholds_of(spotter)
    words = words_of(spotter)
    settings = {
        "words": exported_labels(np.asarray(words)).tolist(),
        "thresholds": [thresholds[word] for word in words],
        "hop_samples": timing.hop_samples,
        "n_averaged": timing.n_averaged,
        "patience": timing.patience,
        "refractory": refractory_of(spotter),
    }
    return {
        "sr": str(timing.sr),
        "spotter": json.dumps(settings, ensure_ascii=False),
    }
