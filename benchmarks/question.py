"""The original question: are GRUs worse than a CNN, and slower to train?

Six networks learn the eight words of mini_speech_commands from the same waveforms:
TensorFlow's tutorial CNN, the GRU that was put in its place in the question [1]_, and
those of skkws: the two classifiers as they come, the fast preset, and the same for only
as long as it takes to be better than the tutorial's network surely is. Both splits,
several seeds; the time of a fit includes the front end and compilation, and is compared
with the tutorial CNN's of the same seed and run.

    python benchmarks/question.py [--networks NAME ...] [--splits speaker random]
                                  [--seeds 0 1 2 3 4] [--quick]

Writes results/question.json after each finished seed. What the file already has from
the same libraries is kept, so that an interrupted run is resumed by naming what is
left; the tutorial CNN is run every time. Takes ten minutes a seed and split on two
cores.

.. [1] https://datascience.stackexchange.com/q/87619
"""

import argparse
from time import perf_counter

import numpy as np
from _clips import eight_words, file_names, mean_and_range
from _fresh import forget_compiled_functions
from _results import former_figures, write_results
from backends import FRONT_ENDS
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
)
from skkws.classifiers import (
    ASKERS_GRU,
    FAST_GRU,
    TUTORIAL_CNN,
)
from skkws.classifiers._backend import import_keras

BASELINE = "tutorial CNN"
OURS, TUTORIALS = FRONT_ENDS["default"], FRONT_ENDS["tutorial"]
NETWORKS = {
    BASELINE: (*TUTORIALS, KerasCNNClassifier(**TUTORIAL_CNN)),
    "asker's GRU": (TUTORIALS[0], KerasGRUClassifier(**ASKERS_GRU)),
    "our CNN": (*OURS, KerasCNNClassifier()),
    "our GRU": (*OURS, KerasGRUClassifier()),
    "our fast GRU": (*OURS, KerasGRUClassifier(**FAST_GRU)),
    "our fast GRU, 3 epochs": (*OURS, KerasGRUClassifier(**FAST_GRU | {"epochs": 3})),
}
SPLITS = {
    "speaker": "The official split: no speaker is in two parts.",
    "random": "80/10/10 at random, as in the tutorial: nearly every speaker of a test "
    "clip is also in the training part.",
}


def pipeline_of(network, seed):
    """Return the Pipeline from waveforms to words."""
    words = clone(make_pipeline(*NETWORKS[network]))
    words[-1].set_params(random_state=seed)
    return words


def run(network, parts, seed, epochs=None):
    """Fit and judge one network; return what a row is made of."""
    words = pipeline_of(network, seed)
    classifier = words[-1]
    if epochs is not None:
        classifier.set_params(epochs=epochs)
    forget_compiled_functions()
    start = perf_counter()
    words.fit(*parts["train"])
    seconds = perf_counter() - start
    framewise = classifier.pooling is None
    X_test, y_test = parts["test"]
    right = words.predict(X_test) == y_test
    return {
        "test": float(right.mean()),
        "wrong": np.flatnonzero(~right),
        "last_epoch": classifier.history_["accuracy"][-1],
        "seconds": seconds,
        "fixed": {
            "parameters": classifier.model_.count_params(),
            "epochs": classifier.n_iter_,
            "backend": import_keras().backend.backend(),
            "last_epoch_accuracy_of": "frames" if framewise else "clips",
        },
    }


def key_of(network, split):
    return f"{network}, {split} split"


def summarise(runs):
    """Turn {split: {seed: {network: run}}} into the rows of the results."""
    rows = {}
    for split, seeds in runs.items():
        for network in NETWORKS:
            by_seed = {s: r[network] for s, r in seeds.items() if network in r}
            if not by_seed:
                continue
            own = list(by_seed.values())
            rows[key_of(network, split)] = {
                "split": split,
                "note": SPLITS[split],
                "network": network,
                **own[0]["fixed"],
                "random_states": list(by_seed),
                "test": _values(own, "test"),
                "last_epoch_accuracy": _values(own, "last_epoch"),
                "fit_time_ratio": float(np.median([one["ratio"] for one in own])),
                "fit_time_ratios": [one["ratio"] for one in own],
                "fit_seconds": [one["seconds"] for one in own],
                "wrong": [" ".join(one["wrong"]) for one in own],
            }
    return rows


def _values(runs, name):
    values = [one[name] for one in runs]
    return {**mean_and_range(values), "values": values}


def runs_from(rows):
    """Undo `summarise`."""
    runs = {}
    for row in rows.values():
        fixed = ("parameters", "epochs", "backend", "last_epoch_accuracy_of")
        for i, seed in enumerate(row["random_states"]):
            runs.setdefault(row["split"], {}).setdefault(seed, {})[row["network"]] = {
                "test": row["test"]["values"][i],
                "last_epoch": row["last_epoch_accuracy"]["values"][i],
                "seconds": row["fit_seconds"][i],
                "ratio": row["fit_time_ratios"][i],
                "wrong": row["wrong"][i].split(),
                "fixed": {name: row[name] for name in fixed},
            }
    return runs


def warm_up(parts):
    """Let Keras and its threads start before the first fit that is timed."""
    clips, words = parts["train"]
    few = slice(None, None, len(words) // 32)
    pipeline_of(BASELINE, 0).set_params(kerascnnclassifier__epochs=1).fit(
        clips[few], words[few]
    )


def print_table(rows):
    print(f"{'':30s} parameters  epochs  test (low .. high)     last epoch  fit time")
    for name, row in rows.items():
        test = row["test"]
        print(
            f"{name:30s} {row['parameters']:10d}  {row['epochs']:6d}  "
            f"{test['mean']:.3f} ({test['low']:.3f} .. {test['high']:.3f})  "
            f"{row['last_epoch_accuracy']['mean']:.3f} "
            f"{row['last_epoch_accuracy_of']:6s} {row['fit_time_ratio']:.2f}"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=[*NETWORKS])
    parser.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS))
    parser.add_argument("--seeds", nargs="+", type=int, default=range(5))
    parser.add_argument(
        "--quick", action="store_true", help="few clips, 1 epoch, 1 seed, no results"
    )
    arguments = parser.parse_args()
    backend = import_keras().backend.backend()
    libraries = ["skkws", "keras", backend]
    seeds, epochs, step = arguments.seeds, None, 1
    runs = runs_from(former_figures("question", libraries))
    if arguments.quick:
        seeds, epochs, step, runs = seeds[:1], 1, 20, {}
    warm = False
    for seed in seeds:
        for split in arguments.splits:
            parts = eight_words(split, seed)
            parts = {name: (X[::step], y[::step]) for name, (X, y) in parts.items()}
            if not warm:
                warm_up(parts)
                warm = True
            finished = {}
            for network in dict.fromkeys([BASELINE, *arguments.networks]):
                finished[network] = one = run(network, parts, seed, epochs)
                names = file_names("test", split, seed)[::step]
                one["wrong"] = names[one["wrong"]].tolist()
                one["ratio"] = one["seconds"] / finished[BASELINE]["seconds"]
                print(
                    f"{key_of(network, split)}, seed {seed}: test {one['test']:.3f}, "
                    f"{one['seconds']:.1f} s",
                    flush=True,
                )
            runs.setdefault(split, {}).setdefault(seed, {}).update(finished)
            runs = {
                name: dict(sorted(runs[name].items()))
                for name in SPLITS
                if name in runs
            }
            if not arguments.quick:
                write_results("question", summarise(runs), libraries)
    print_table(summarise(runs))


if __name__ == "__main__":
    main()
