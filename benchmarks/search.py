"""What the defaults are chosen by: everything that was tried, on validation speakers.

Each candidate is one change, or a few, from the default Pipeline. It learns the
training part of mini_speech_commands and is judged on the validation part; the test
part is never looked at. A candidate whose settings and seeds the results file already
has is not run again.

    python benchmarks/search.py [NAME ...] [--seeds 0 1 2]

Writes results/search.json after each candidate. Takes two to five minutes a candidate
and seed on two cores.
"""

import argparse

from _clips import eight_words, mean_and_range
from _results import former_figures, write_results
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
        ("CNN", KerasCNNClassifier()),
    )
}
PCEN_FRONT_END = {
    "spectrogram": make_pipeline(LogSpectrogram(log=None, power=1), PCEN())
}
WARPS = [TimeStretch(), FrequencyWarp()]
ALL = [*WARPS, NoiseFloor(), SpecAugment(), Mixup()]


def classify(**params):
    """Return changes of the classifier's parameters."""
    return {f"classify__{name}": value for name, value in params.items()}


CANDIDATES = {  # name: (network, changes from the default)
    "GRU": ("GRU", {}),
    "CNN": ("CNN", {}),
    # How long
    "10 epochs": ("GRU", classify(epochs=10)),
    "20 epochs": ("GRU", classify(epochs=20)),
    "60 epochs": ("GRU", classify(epochs=60)),
    "100 epochs": ("GRU", classify(epochs=100)),
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
    "fast": ("GRU", classify(**FAST_GRU)),
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
    # Training
    "label smoothing 0.05": ("GRU", classify(label_smoothing=0.05)),
    "batches of 32": ("GRU", classify(batch_size=32, learning_rate=0.002, epochs=30)),
}


def settings(words):
    """Return everything that a candidate is made of, as text."""
    return {
        name: repr(value)
        for name, value in words.get_params().items()
        if "__" in name and not name.endswith(("random_state", "verbose"))
    }


def judge(words, parts, seed):
    """Fit on the training part; return the validation accuracy."""
    words = clone(words).set_params(classify__random_state=seed)
    return words.fit(*parts["train"]).score(*parts["validation"])


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
        words = clone(DEFAULTS[network]).set_params(**changes)
        row = {
            "network": network,
            "changes": {key: repr(value) for key, value in changes.items()},
            "settings": settings(words),
            "random_states": arguments.seeds,
        }
        # Others may be writing to the file.
        if row.items() <= former_figures("search").get(name, {}).items():
            continue
        scores = [judge(words, parts, seed) for seed in arguments.seeds]
        row["validation"] = mean_and_range(scores)
        print(name, row["validation"], flush=True)
        figures = {**former_figures("search"), name: row}
        write_results("search", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
