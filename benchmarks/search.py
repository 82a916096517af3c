"""What the defaults are chosen by: everything that was tried, on validation speakers.

Each candidate is one change, or a few, from the default Pipeline. It learns the
training part of mini_speech_commands and is judged on the validation part; the test
part is never looked at. A candidate whose settings and seeds the results file already
has is not run again. Besides accuracy and cross-entropy, which differs less from seed
to seed, it is said how accurate the mean of the seeds' probabilities is.

    python benchmarks/search.py [NAME ...] [--seeds 0 1 2]

Writes results/search.json after each candidate. Takes two to five minutes a candidate
and seed on two cores.
"""

import argparse

import numpy as np
from _clips import eight_words, mean_and_range
from _results import former_figures, write_results
from _tried import Equalize, NormalizeAgain, Overlay, Reverberate
from sklearn.base import clone
from sklearn.pipeline import Pipeline, make_pipeline

from skkws import (
    PCEN,
    FrequencyWarp,
    KerasCNNClassifier,
    KerasGRUClassifier,
    LogSpectrogram,
    Mixup,
    NoiseFloor,
    Normalize,
    SpecAugment,
    TimeShift,
    TimeStretch,
)
from skkws.classifiers import CAUSAL_GRU, FAST_GRU

# What the preset was when all rows named "fast, ..." were measured.
FORMER_FAST_GRU = {**FAST_GRU, "filters": (12, 24, 32), "epochs": 22}

DEFAULTS = {
    network: Pipeline(
        [
            ("spectrogram", LogSpectrogram()),
            ("normalize", Normalize("clip")),
            ("classify", classifier),
        ]
    )
    for network, classifier in (
        ("GRU", KerasGRUClassifier()),
        ("fast GRU", KerasGRUClassifier(**FAST_GRU)),
        ("former fast GRU", KerasGRUClassifier(**FORMER_FAST_GRU)),
        ("CNN", KerasCNNClassifier()),
    )
}
PCEN_FRONT_END = {
    "spectrogram": make_pipeline(LogSpectrogram(log=None, power=1), PCEN())
}
WARPS = [TimeStretch(), FrequencyWarp()]
LARGE_BATCHES = {"batch_size": 256, "learning_rate": 0.007, "epochs": 30}
SIXTEENS = {"filters": (16, 16, 32), **LARGE_BATCHES}
SMALL = {**SIXTEENS, "units": 40, "epochs": 36}
LONG_STEPS = ((4, 2), (2, 2), (1, 2))
THREE_BLOCKS = {
    "filters": (24, 48, 64),
    "kernel_size": (5, 3, 3),
    "strides": ((2, 2), (2, 2), (1, 2)),
}
FOUR_BLOCKS = {
    "filters": (16, 32, 64, 64),
    "kernel_size": (5, 3, 3, 3),
    "strides": ((2, 2), (2, 2), (1, 2), (1, 1)),
}
JOINED_BINS = {
    "filters": (16, 32, 64, 96),
    "kernel_size": (5, 3, 3, (3, 5)),
    "strides": ((2, 2), (2, 2), (1, 2), (1, 5)),
}
FAST = list(FAST_GRU["augment"])
ALL = [*WARPS, NoiseFloor(), SpecAugment(), Mixup()]


def classify(**params):
    """Return changes of the classifier's parameters."""
    return {f"classify__{name}": value for name, value in params.items()}


# The default once more, to see what three seeds can tell: its seeds are its own.
OTHER_SEEDS = "GRU, other seeds"
SEEDS_OF = {OTHER_SEEDS: [10, 11, 12]}

CANDIDATES = {  # name: (network, changes)
    "GRU": ("GRU", {}),
    OTHER_SEEDS: ("GRU", {}),
    "CNN": ("CNN", {}),
    "fast": ("fast GRU", {}),
    "fast, 12 and 24 channels": ("former fast GRU", {}),
    # How long
    "10 epochs": ("GRU", classify(epochs=10)),
    "20 epochs": ("GRU", classify(epochs=20)),
    "60 epochs": ("GRU", classify(epochs=60)),
    "100 epochs": ("GRU", classify(epochs=100)),
    "CNN, 60 epochs": ("CNN", classify(epochs=60)),
    # Front end
    "floor 1e-8": ("GRU", {"spectrogram__amin": 1e-8}),
    "floor 1e-6": ("GRU", {"spectrogram__amin": 1e-6}),
    "normalised over everything": ("GRU", {"normalize__axis": None}),
    "normalised per bin": ("GRU", {"normalize__axis": "bin"}),
    "64 mel bins": ("GRU", {"spectrogram__n_mels": 64}),
    "30 ms windows": ("GRU", {"spectrogram__win_length": 480}),
    "PCEN": ("GRU", PCEN_FRONT_END),
    # Network
    "narrow": ("GRU", classify(filters=(16, 32, 48))),
    "96 units": ("GRU", classify(units=96)),
    "dropout 0.3": ("GRU", classify(dropout=0.3)),
    "dropout 0.4": ("GRU", classify(dropout=0.4)),
    "average pooling": ("GRU", classify(pooling="average")),
    "four blocks": ("GRU", classify(**FOUR_BLOCKS | {"filters": (24, 48, 64, 64)})),
    # Channels by sixteens take oneDNN the least time.
    "16, 48 and 64 channels": ("GRU", classify(filters=(16, 48, 64))),
    "24, 48 and 64 channels": ("GRU", classify(filters=(24, 48, 64))),
    "16, 32, 64 and 64 channels": ("GRU", classify(**FOUR_BLOCKS)),
    "16, 32, 64 and 64 channels, 60 epochs": (
        "GRU",
        classify(**FOUR_BLOCKS, epochs=60),
    ),
    "16, 32, 48 and 64 channels": (
        "GRU",
        classify(**FOUR_BLOCKS | {"filters": (16, 32, 48, 64)}),
    ),
    "16, 32, 64 and 64 channels, batches of 128": (
        "GRU",
        classify(**FOUR_BLOCKS, batch_size=128, learning_rate=0.005, epochs=40),
    ),
    "16, 32, 64 and 64 channels, 17 time steps": (
        "GRU",
        classify(**FOUR_BLOCKS | {"strides": ((3, 2), *FOUR_BLOCKS["strides"][1:])}),
    ),
    "16, 32, 64, 64 and 64 channels": (
        "GRU",
        classify(
            filters=(16, 32, 64, 64, 64),
            kernel_size=(5, 3, 3, 3, 3),
            strides=((2, 2), (2, 2), (1, 2), 1, 1),
        ),
    ),
    # As in BC-ResNet, every channel's bins become one before the frames are looked at.
    "bins joined": ("GRU", classify(**JOINED_BINS)),
    "CNN, bins joined": ("CNN", classify(**JOINED_BINS)),
    "CNN, 24, 48 and 64 channels": ("CNN", classify(**THREE_BLOCKS)),
    "wide, 60 epochs": ("GRU", classify(filters=(32, 64, 96), units=96, epochs=60)),
    "fast, fewer bins at once": (
        "former fast GRU",
        classify(strides=((3, 4), (2, 2), (1, 1))),
    ),
    "fast, 8 frames to a step": ("former fast GRU", classify(strides=LONG_STEPS)),
    "causal, per bin": ("GRU", {"normalize__axis": "bin", **classify(**CAUSAL_GRU)}),
    "CNN, frames pooled by the mean": ("CNN", classify(pooling="average")),
    "CNN, no convolutions over frames": ("CNN", classify(frame_filters=())),
    # Augmentation
    "none": ("GRU", classify(augment=None)),
    "shifts alone": ("GRU", classify(augment=[TimeShift()])),
    "warps alone": ("GRU", classify(augment=WARPS)),
    "no mixtures": ("GRU", classify(augment=ALL[:-1])),
    "no noise": ("GRU", classify(augment=[*WARPS, *ALL[3:]])),
    "no masks": ("GRU", classify(augment=[*ALL[:3], ALL[-1]])),
    "long masks": (
        "GRU",
        classify(augment=[*ALL[:3], SpecAugment(2, 0.2, 2, 0.2), ALL[-1]]),
    ),
    "more mixing": ("GRU", classify(augment=[*ALL[:-1], Mixup(0.4)])),
    "wider warps": (
        "GRU",
        classify(
            augment=[TimeStretch(0.15), FrequencyWarp(0.1, 0.05), *ALL[2:]],
        ),
    ),
    "equalized": ("GRU", classify(augment=[*WARPS, Equalize(), *ALL[2:]])),
    "in rooms": ("GRU", classify(augment=[*WARPS, Reverberate(), *ALL[2:]])),
    "overlaid": ("GRU", classify(augment=[*ALL[:-1], Overlay()])),
    "normalised again": (
        "GRU",
        classify(augment=[*WARPS, NoiseFloor(), NormalizeAgain(), *ALL[3:]]),
    ),
    "fast, warps": ("former fast GRU", classify(augment=[*WARPS, *FAST[1:]])),
    "fast, noise": ("former fast GRU", classify(augment=[NoiseFloor(), *FAST])),
    "fast, noise, normalised again": (
        "former fast GRU",
        classify(augment=[NoiseFloor(), NormalizeAgain(), *FAST]),
    ),
    "fast, equalized": ("former fast GRU", classify(augment=[Equalize(), *FAST])),
    "fast, equalized twice as much": (
        "former fast GRU",
        classify(augment=[Equalize(1.0), *FAST]),
    ),
    "fast, in rooms": ("former fast GRU", classify(augment=[Reverberate(), *FAST])),
    "fast, overlaid": ("former fast GRU", classify(augment=[*FAST[:2], Overlay()])),
    "fast, everything, 40 epochs": (
        "former fast GRU",
        classify(augment=ALL, epochs=40),
    ),
    "fast, 16 channels, 8 frames to a step": (
        "former fast GRU",
        classify(filters=(16, 24, 32), strides=LONG_STEPS, **LARGE_BATCHES),
    ),
    "fast, 16 and 32 channels, 8 frames to a step": (
        "former fast GRU",
        classify(filters=(16, 32, 32), strides=LONG_STEPS, **LARGE_BATCHES),
    ),
    "fast, 16 channels": ("former fast GRU", classify(**SIXTEENS)),
    "fast, 16 channels, 40 units": ("former fast GRU", classify(**SIXTEENS, units=40)),
    "fast, 16 channels, 32 units": ("former fast GRU", classify(**SIXTEENS, units=32)),
    "fast, 16 channels, kernels of 3": (
        "former fast GRU",
        classify(**SIXTEENS, kernel_size=3),
    ),
    "fast, 16 channels, then 24": (
        "former fast GRU",
        classify(**SIXTEENS | {"filters": (16, 16, 24)}),
    ),
    "fast, 16 channels, 8 frames to a step, 64 units": (
        "former fast GRU",
        classify(filters=(16, 24, 32), strides=LONG_STEPS, units=64, **LARGE_BATCHES),
    ),
    "fast, 16 channels, 40 units, 36 epochs": ("former fast GRU", classify(**SMALL)),
    "fast, 16 channels, 40 units, 36 epochs, no mixtures": (
        "former fast GRU",
        classify(**SMALL, augment=FAST[:2]),
    ),
    "fast, 16 channels, 40 units, 36 epochs, dropout 0.1": (
        "former fast GRU",
        classify(**SMALL, dropout=0.1),
    ),
    "fast, 16 channels, 40 units, 36 epochs, stretches": (
        "former fast GRU",
        classify(**SMALL, augment=[TimeStretch(), *FAST[1:]]),
    ),
    "fast, 16 channels, no dropout": (
        "former fast GRU",
        classify(**SIXTEENS, dropout=0.0),
    ),
    "fast, 16 channels, no masks": (
        "former fast GRU",
        classify(**SIXTEENS, augment=[FAST[0], FAST[2]]),
    ),
    "fast, 16 channels, batches of 128": (
        "former fast GRU",
        classify(filters=(16, 16, 32), epochs=24),
    ),
    # Training
    "weight decay 0.004, as by Keras": ("GRU", classify(weight_decay=0.004)),
    "weight decay 1": ("GRU", classify(weight_decay=1.0)),
    "label smoothing 0.05": ("GRU", classify(label_smoothing=0.05)),
    "fast, batches of 256": ("former fast GRU", classify(**LARGE_BATCHES)),
    "batches of 32": ("GRU", classify(batch_size=32, learning_rate=0.002, epochs=30)),
}


def settings(words):
    """Return everything that a candidate is made of, as text."""
    return {
        name: repr(value)
        for name, value in words.get_params().items()
        if "__" in name and not name.endswith(("random_state", "verbose"))
    }


def log_proba(words, parts, seed):
    """Fit on the training part; return what is said of the validation part."""
    words = clone(words).set_params(classify__random_state=seed)
    return words.fit(*parts["train"]).predict_log_proba(parts["validation"][0])


def judge(said, truth):
    """Return accuracies and cross-entropies of log-probabilities, one of each seed."""
    codes = np.unique(truth, return_inverse=True)[1]
    mean = np.mean(np.exp(said), axis=0)
    return {
        "validation": mean_and_range(
            [np.mean(one.argmax(axis=1) == codes) for one in said]
        ),
        "validation_crossentropy": mean_and_range(
            [-np.mean(one[np.arange(len(codes)), codes]) for one in said]
        ),
        "validation_of_the_mean": float(np.mean(mean.argmax(axis=1) == codes)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="all, if none is given"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    arguments = parser.parse_args()
    parts = eight_words()
    for name in arguments.names or CANDIDATES:
        network, changes = CANDIDATES[name]
        seeds = SEEDS_OF.get(name, arguments.seeds)
        words = clone(DEFAULTS[network]).set_params(**changes)
        row = {
            "network": network,
            "changes": {key: repr(value) for key, value in changes.items()},
            "settings": settings(words),
            "random_states": seeds,
        }
        # Others may be writing to the file.
        if row.items() <= former_figures("search").get(name, {}).items():
            continue
        said = [log_proba(words, parts, seed) for seed in seeds]
        row |= judge(said, parts["validation"][1])
        print(
            f"{name:32s} {row['validation']['mean']:.4f} "
            f"({row['validation']['low']:.4f} .. {row['validation']['high']:.4f}), "
            f"cross-entropy {row['validation_crossentropy']['mean']:.4f}, "
            f"of the mean {row['validation_of_the_mean']:.4f}",
            flush=True,
        )
        figures = {**former_figures("search"), name: row}
        write_results("search", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
