"""skkws beside what people use in its place, in one run.

Every contender learns the training part of mini_speech_commands from raw waveforms, in
a process of its own: the time is that of the fit, front end and compilation included,
without imports, and is compared with that of TensorFlow's tutorial of the same seed.
A contender that cannot be imported is a gap in the table, by name. The published
networks learn for as many epochs as go into the time of our GRU, or with --own for as
many as they were published with, but no more than an hour.

    pip install -r benchmarks/requirements.txt
    python benchmarks/side_by_side.py [NAME ...] [--seeds 0 1 2] [--own]
                                      [--quick]

Writes results/side_by_side.json, or side_by_side_own.json, after each seed, beside the
seeds and contenders that are there; TensorFlow's tutorial and our GRU are run every
time. Takes 40 minutes a seed on two cores.
"""

import argparse
import json
import os
import subprocess
import sys
from time import perf_counter

import _peers
import _published
from _clips import eight_words, mean_and_range
from _fresh import forget_compiled_functions
from _results import former_figures, write_results
from sklearn.pipeline import make_pipeline

from skkws import KerasCNNClassifier, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import CAUSAL_GRU, FAST_GRU

BASELINE = "TensorFlow's tutorial"
OURS = "skkws GRU"  # whose time the published networks get
LONGEST = 3600  # seconds for one of them


def ours(kind, normalize="clip", **params):
    """Return the function that makes a Pipeline for a seed."""
    return lambda seed: make_pipeline(
        LogSpectrogram(), Normalize(normalize), kind(random_state=seed, **params)
    )


CONTENDERS = {  # name: (Keras backend, libraries, function of a seed)
    BASELINE: ("tensorflow", ["tensorflow"], _peers.TutorialCNN),
    "the asker's GRU": ("tensorflow", ["tensorflow"], _peers.AskersGRU),
    "skkws GRU": ("tensorflow", ["keras", "tensorflow"], ours(KerasGRUClassifier)),
    "skkws CNN": ("tensorflow", ["keras", "tensorflow"], ours(KerasCNNClassifier)),
    "skkws fast GRU": (
        "tensorflow",
        ["keras", "tensorflow"],
        ours(KerasGRUClassifier, **FAST_GRU),
    ),
    "skkws causal GRU": (
        "tensorflow",
        ["keras", "tensorflow"],
        ours(KerasGRUClassifier, normalize="bin", **CAUSAL_GRU),
    ),
    "scikeras, tutorial CNN": (
        "tensorflow",
        ["scikeras", "tensorflow"],
        _peers.scikeras_tutorial_cnn,
    ),
    "skorch, equal GRU": ("torch", ["skorch", "torch"], _peers.skorch_gru),
    "aeon MiniRocket, waveforms": (
        "tensorflow",
        ["aeon"],
        _peers.minirocket_of_waveforms,
    ),
    "aeon MiniRocket, log-mel": ("tensorflow", ["aeon"], _peers.minirocket_of_mel_bins),
    "MFCC + SVC": ("tensorflow", ["scikit-learn"], _peers.mfcc_svc),
    "MFCC + gradient boosting": (
        "tensorflow",
        ["scikit-learn"],
        _peers.mfcc_gradient_boosting,
    ),
}


PUBLISHED = {  # name: (function of a seed and epochs, epochs as published)
    "DS-CNN-S": (_published.ds_cnn_words, 30_000 // _published.STEPS_AN_EPOCH),
    "BC-ResNet-2": (_published.bc_resnet_2_words, 200),
    "MHAtt-RNN": (_published.mhatt_rnn_words, 120_000 // _published.STEPS_AN_EPOCH),
}
CONTENDERS |= {
    name: ("tensorflow", ["keras", "tensorflow"], None) for name in PUBLISHED
}


def measure(name, seed, step, seconds, own):
    """Fit one contender in this process; return what a row is made of."""
    _, libraries, make = CONTENDERS[name]
    for library in libraries:
        __import__({"scikit-learn": "sklearn"}.get(library, library))
    parts = eight_words()
    (X, y), (X_test, y_test) = parts["train"], parts["test"]
    X, y = X[::step], y[::step]
    facts = {}
    if name in PUBLISHED:
        make_for, published = PUBLISHED[name]
        limit = LONGEST if own else seconds
        epochs = _published.epochs_in(limit, make_for, seed, X, y)
        facts["epochs"] = min(epochs, published)
        facts["epochs_published"] = published
        forget_compiled_functions()

        def make(seed):
            return make_for(seed, facts["epochs"])

    start = perf_counter()
    words = make(seed).fit(X, y)
    facts["seconds"] = perf_counter() - start
    facts["test"] = float((words.predict(X_test) == y_test).mean())
    return facts


def measure_apart(name, *arguments):
    """Run `measure` in a process of its own; where that fails, return why."""
    done = subprocess.run(
        [sys.executable, __file__, "--measure", json.dumps([name, *arguments])],
        env={
            **os.environ,
            "KERAS_BACKEND": CONTENDERS[name][0],
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"gap": done.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def summarise(runs):
    """Turn {name: {seed: run}} into the rows of the results."""
    rows = {}
    for name, by_seed in runs.items():
        gaps = [run["gap"] for run in by_seed.values() if "gap" in run]
        if gaps:
            rows[name] = {"gap": gaps[0], "runs": by_seed}
            continue
        rows[name] = {
            "backend": CONTENDERS[name][0],
            "runs": by_seed,
            "test": mean_and_range([run["test"] for run in by_seed.values()]),
            "fit_time_ratio": mean_and_range(
                [run["ratio"] for run in by_seed.values()]
            ),
        }
    return rows


def former_runs(file, names):
    """Return {name: {seed: run}} of what was written before."""
    rows = former_figures(file)
    return {name: rows.get(name, {}).get("runs", {}) for name in {**names, **rows}}


def print_table(rows):
    for name, row in rows.items():
        if "gap" in row:
            print(f"{name:28s} not run: {row['gap']}")
            continue
        test, time = row["test"], row["fit_time_ratio"]
        print(
            f"{name:28s} {test['mean']:.3f} ({test['low']:.3f} .. {test['high']:.3f})"
            f"  fit time {time['mean']:.2f} ({time['low']:.2f} .. {time['high']:.2f})"
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="all, if none is given"
    )
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--quick", action="store_true", help="few clips, no results")
    parser.add_argument("--own", action="store_true", help="published epochs")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*json.loads(arguments.measure))))
        return
    names = dict.fromkeys([BASELINE, OURS, *(arguments.names or CONTENDERS)])
    step = 40 if arguments.quick else 1
    file = "side_by_side_own" if arguments.own else "side_by_side"
    runs = {n: {} for n in names} if arguments.quick else former_runs(file, names)
    for seed in map(str, arguments.seeds):
        for name in names:
            seconds = runs[OURS].get(seed, {}).get("seconds")
            run = measure_apart(name, int(seed), step, seconds, arguments.own)
            runs[name][seed] = run
            if "gap" not in run:
                run["ratio"] = run["seconds"] / runs[BASELINE][seed]["seconds"]
            print(name, seed, run, flush=True)
        if not arguments.quick:
            libraries = {library for name in names for library in CONTENDERS[name][1]}
            write_results(file, summarise(runs), ["skkws", *libraries])
    print_table(summarise(runs))


if __name__ == "__main__":
    main()
