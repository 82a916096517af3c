"""Which Keras backend trains fastest on a CPU, and how many clips to predict at once?

The default GRU, the default CNN, the fast GRU and TensorFlow's tutorial CNN learn the
training part of mini_speech_commands from normalised spectrograms, on each installed
backend: seconds an epoch, seconds to compile, peak memory. `PREFERENCE` in
skkws/classifiers/_backend.py is the order of the two default networks' times found
here, and `BATCH` in skkws/classifiers/_engine.py a size from which larger ones no
longer help.

    python benchmarks/backends.py [--networks NAME ...] [--rounds N] [--epochs N]
                                  [--quick]

Every network and backend has a process of its own in every round. Writes
results/backends.json. Takes about half an hour on two cores.
"""

import argparse
import json
import tempfile
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter

import numpy as np
from _clips import eight_words
from _fresh import measure_apart, memory_mb
from _results import former_figures, write_results
from sklearn.pipeline import make_pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    LogSpectrogram,
    Normalize,
    Resize,
)
from skkws.classifiers import FAST_GRU, TUTORIAL_CNN, TUTORIAL_SPECTROGRAM
from skkws.classifiers._backend import PREFERENCE

FRONT_ENDS = {
    "default": (LogSpectrogram(), Normalize("clip")),
    "tutorial": (
        LogSpectrogram(**TUTORIAL_SPECTROGRAM),
        Resize((32, 32)),
        Normalize(),
    ),
}
NETWORKS = {  # name: (front end, classifier)
    "default GRU": ("default", KerasGRUClassifier()),
    "default CNN": ("default", KerasCNNClassifier()),
    "fast GRU": ("default", KerasGRUClassifier(**FAST_GRU)),
    "tutorial CNN": ("tutorial", KerasCNNClassifier(**TUTORIAL_CNN)),
}
DECISIVE = ("default GRU", "default CNN")
EPOCHS = {"fast GRU": FAST_GRU["epochs"], "tutorial CNN": TUTORIAL_CNN["epochs"]}
DEFAULT_EPOCHS = 30  # what "auto" is for these clips
BATCHES = (1, 16, 64, 256)  # clips a compiled call
MAX_CALLS = 16  # timed together; torch takes 40 ms for one


def save_spectrograms(folder, front_ends=tuple(FRONT_ENDS), step=1):
    """Write <front end>.npz: the training part's every step-th clip, and the test's."""
    parts = eight_words()
    for name in front_ends:
        front_end = make_pipeline(*FRONT_ENDS[name])
        (X, y), (X_test, y_test) = parts["train"], parts["test"]
        np.savez(
            Path(folder) / f"{name}.npz",
            X=front_end.fit_transform(X[::step]),
            y=y[::step],
            X_test=front_end.transform(X_test),
            y_test=y_test,
        )


def installed_backends():
    return [name for name in PREFERENCE if find_spec(name)]


def measure(network, folder, epochs):
    """Measure a network in this process, on the backend that it was started with."""
    start = perf_counter()
    import keras  # noqa: F401

    import_seconds = perf_counter() - start
    front_end, classifier = NETWORKS[network]
    with np.load(Path(folder) / f"{front_end}.npz") as data:
        X, y = data["X"], data["y"]

    def fit_seconds(epochs):
        start = perf_counter()
        classifier.set_params(epochs=epochs, random_state=0).fit(X, y)
        return perf_counter() - start

    # No callback holds the watch: fits with callbacks run on other layers.
    first, one, several = map(fit_seconds, (1, 1, int(epochs)))
    epoch_seconds = (several - one) / (int(epochs) - 1)
    memory = memory_mb("VmHWM")
    return {
        "import_seconds": import_seconds,
        "epoch_seconds": epoch_seconds,
        "compile_seconds": first - epoch_seconds,
        "peak_memory_mb": memory,
        "microseconds_a_clip": prediction_times(classifier, X),
    }


def measure_rounds(networks, backends, n_rounds, epochs, step=1):
    """Return {(network, backend): [measurement, ...]}, one of each round.

    Every measurement has a process of its own.
    """
    runs = {(network, backend): [] for network in networks for backend in backends}
    with tempfile.TemporaryDirectory() as folder:
        save_spectrograms(folder, step=step)
        for _ in range(n_rounds):
            for (network, backend), done in runs.items():
                done.append(
                    measure_apart(__file__, network, folder, epochs, backend=backend)
                )
    return runs


def prediction_times(classifier, X, rounds=7):
    """Return {batch size: microseconds a clip} of the compiled call alone."""
    from skkws.classifiers._engine import borrowed_engine

    X = np.resize(X, (max(BATCHES), *X.shape[1:]))
    seconds = {size: [] for size in BATCHES}
    state = classifier._state
    with borrowed_engine(state["architecture"], state["weights"]) as engine:
        for round_ in range(rounds + 1):
            for size in BATCHES:
                n_calls = min(MAX_CALLS, len(X) // size)
                start = perf_counter()
                for i in range(n_calls):
                    engine._forward(X[i * size : (i + 1) * size])
                if round_:  # the first one compiles
                    seconds[size].append((perf_counter() - start) / (n_calls * size))
    return {size: float(np.median(s)) * 1e6 for size, s in seconds.items()}


def summarise(runs, former):
    """Turn {(network, backend): [measurement, ...]} into the results.

    Networks that were not measured keep their former rows.
    """
    backends = list(dict.fromkeys(backend for _, backend in runs))
    training = former.get("training", {})
    prediction = former.get("microseconds_a_clip_by_batch_size", {})
    for network in dict.fromkeys(network for network, _ in runs):
        rows = {backend: _medians(runs[network, backend]) for backend in backends}
        for row in rows.values():
            epochs = EPOCHS.get(network, DEFAULT_EPOCHS)
            row["epochs"] = epochs
            row["fit_seconds"] = row["compile_seconds"] + epochs * row["epoch_seconds"]
        for name in ("epoch", "fit"):
            fastest = min(row[f"{name}_seconds"] for row in rows.values())
            for row in rows.values():
                row[f"{name}_ratio"] = row[f"{name}_seconds"] / fastest
        training[network] = rows
        prediction[network] = {
            backend: _medians(
                [run["microseconds_a_clip"] for run in runs[network, backend]]
            )
            for backend in backends
        }
    ratios = {
        backend: [
            training[network][backend]["fit_ratio"]
            for network in DECISIVE
            if network in training
        ]
        for backend in backends
    }
    mean_ratio = {b: float(np.exp(np.mean(np.log(r)))) for b, r in ratios.items()}
    import_seconds = {backend: [] for backend in backends}
    for (_, backend), measured in runs.items():
        import_seconds[backend] += [run["import_seconds"] for run in measured]
    return {
        "order": sorted(backends, key=mean_ratio.get),
        "mean_fit_ratio_of_default_networks": mean_ratio,
        "keras_import_seconds": {
            backend: float(np.median(s)) for backend, s in import_seconds.items()
        },
        "training": training,
        "microseconds_a_clip_by_batch_size": prediction,
    }


def _medians(rows):
    return {
        name: None if value is None else float(np.median([row[name] for row in rows]))
        for name, value in rows[0].items()
        if name not in ("import_seconds", "microseconds_a_clip")
    }


def print_table(figures):
    for network, rows in figures["training"].items():
        for backend, row in rows.items():
            by_batch = figures["microseconds_a_clip_by_batch_size"][network][backend]
            print(
                f"{network:12s} {backend:10s} compile {row['compile_seconds']:6.1f} s, "
                f"epoch {row['epoch_seconds']:6.2f} s ({row['epoch_ratio']:.2f}), "
                f"fit {row['fit_seconds']:6.1f} s ({row['fit_ratio']:.2f}), "
                f"{row['peak_memory_mb'] or float('nan'):5.0f} MB; us a clip "
                + ", ".join(f"{size}: {us:.0f}" for size, us in by_batch.items())
            )
    for backend, seconds in figures["keras_import_seconds"].items():
        print(f"import keras on {backend}: {seconds:.1f} s")
    print("fastest first:", ", ".join(figures["order"]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS)
    )
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=4, help="of the longer fit")
    parser.add_argument(
        "--quick", action="store_true", help="few clips, 1 round, no results"
    )
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return
    rounds, epochs, step = arguments.rounds, arguments.epochs, 1
    if arguments.quick:
        rounds, epochs, step = 1, 2, 25
    backends = installed_backends()
    networks = arguments.networks
    runs = measure_rounds(networks, backends, rounds, epochs, step)
    libraries = ["skkws", "keras", *backends]
    former = {} if arguments.quick else former_figures("backends", libraries)
    figures = summarise(runs, former)
    if not arguments.quick:
        write_results("backends", figures, libraries)
    print_table(figures)


if __name__ == "__main__":
    main()
