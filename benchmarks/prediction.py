"""What does `predict_proba` of one clip cost beyond the network itself?

The default GRU and CNN, fitted, on each installed Keras backend, from one spectrogram
at a time: `predict_proba` against the bare network (called as a Keras user would, and
compiled) and against `Model.predict`. Also how many clips go through in a second, and
how often functions are traced anew when the number of clips changes.

    python benchmarks/prediction.py [--calls N] [--quick]

Each round times every contender once, so that a busy machine slows all of them alike;
ratios are taken within a round. Writes results/prediction.json. Takes about ten
minutes on two cores.
"""

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
from _fresh import measure_apart
from _results import write_results
from backends import installed_backends, save_spectrograms

from skkws import KerasCNNClassifier, KerasGRUClassifier

NETWORKS = {"default GRU": KerasGRUClassifier(), "default CNN": KerasCNNClassifier()}
SIZES = (1, 2, 7, 64, 65, 845)  # clips; 845 is the whole test part
OURS, EAGER, COMPILED, PREDICT = CONTENDERS = (
    "predict_proba",
    "bare call",
    "compiled bare call",
    "Model.predict",
)


def compiled(model):
    """Compile a call of the model as its user would, for ndarrays of one shape."""
    import keras

    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        run = tf.function(lambda x: model(x, training=False))
        return lambda x: run(tf.constant(x)).numpy()
    if backend == "jax":
        import jax

        weights = [
            [variable.value for variable in variables]
            for variables in (model.trainable_variables, model.non_trainable_variables)
        ]
        run = jax.jit(lambda x: model.stateless_call(*weights, x, training=False)[0])
        return lambda x: np.asarray(run(x))
    import torch

    def run(x):
        with torch.no_grad():
            return model(x, training=False).numpy()

    return run


def contenders(classifier):
    """Return name -> function from spectrograms to an ndarray; the first is ours."""
    import keras

    model = classifier.model_
    return dict(
        zip(
            CONTENDERS,
            (
                classifier.predict_proba,
                lambda x: keras.ops.convert_to_numpy(model(x, training=False)),
                compiled(model),
                lambda x: model.predict(x, verbose=0),
            ),
            strict=True,
        )
    )


def time_rounds(calls, inputs):
    """Return seconds, ndarray of shape (n_inputs, n_calls)."""
    seconds = np.empty((len(inputs), len(calls)))
    for i, x in enumerate(inputs):
        for k, call in enumerate(calls):
            start = perf_counter()
            call(x)
            seconds[i, k] = perf_counter() - start
    return seconds


def one_clip(calls, X, n_calls):
    """Time calls with one clip each."""
    inputs = [X[i % len(X)][np.newaxis] for i in range(n_calls)]
    time_rounds(calls.values(), inputs[:5])  # compiles, and warms up
    ms = time_rounds(calls.values(), inputs) * 1000
    ours_to = ms[:, :1] / ms
    return {
        name: {
            "ms_median": float(np.median(ms[:, k])),
            "ms_99th_percentile": float(np.percentile(ms[:, k], 99)),
            "predict_proba_to_this": float(np.median(ours_to[:, k])),
        }
        for k, name in enumerate(calls)
    }


def clips_per_second(calls, X, rounds):
    names = (OURS, PREDICT)
    seconds = time_rounds([calls[name] for name in names], [X] * (rounds + 1))
    return {
        name: len(X) / float(np.median(seconds[1:, k])) for k, name in enumerate(names)
    }


def few_clips(classifier, X, rounds):
    """Return milliseconds of one call with so many clips: ours, and compiled for 64.

    Up to `FEW_CLIPS`, ours is one clip after the other.
    """
    from skkws.classifiers import _prediction
    from skkws.classifiers._engine import borrowed_engine

    state, own = classifier._state, _prediction.FEW_CLIPS
    figures = {}
    with borrowed_engine(state["architecture"], state["weights"]) as engine:
        for n_clips in (2, own, 2 * own, 4 * own):
            _prediction.FEW_CLIPS = n_clips
            calls = classifier.predict_proba, engine.logits
            ms = time_rounds(calls, [X[:n_clips]] * (3 * rounds + 1))[1:] * 1000
            figures[n_clips] = dict(
                zip(("one by one", "compiled"), np.median(ms, axis=0), strict=True)
            )
    _prediction.FEW_CLIPS = own
    return figures


def count_traces(network, call, X):
    """Return {number of clips: how often the network's Python code ran for it}.

    Compiled code does not run it; torch, which is not compiled, always does.
    """
    counts = {}
    original = network.call
    n_calls = 0

    def counted(*args, **kwargs):
        nonlocal n_calls
        n_calls += 1
        return original(*args, **kwargs)

    network.call = counted
    try:
        for size in SIZES:
            before = n_calls
            call(X[:size])
            counts[size] = n_calls - before
    finally:
        network.call = original
    return counts


def traces(classifier, X):
    """Count the traces of new engines and of a new Keras model."""
    from skkws.classifiers import _engine
    from skkws.classifiers._networks import network_from

    state = classifier._state
    _engine._idle.clear()
    with _engine.borrowed_engine(state["architecture"], state["weights"]) as engine:
        ours = count_traces(engine.network, engine.logits, X)
    model = network_from(state["architecture"])
    peer = count_traces(model, lambda x: model.predict(x, verbose=0), X)
    return {OURS: ours, PREDICT: peer}


def measure(folder, n_calls, rounds):
    """Measure both networks in this process, on the backend it was started with."""
    import keras

    with np.load(Path(folder) / "default.npz") as data:
        X, y, X_test = data["X"], data["y"], data["X_test"]
    figures = {}
    for name, classifier in NETWORKS.items():
        # The time of a prediction does not depend on how good it is.
        classifier.set_params(epochs=1, random_state=0).fit(X, y)
        calls = contenders(classifier)
        np.testing.assert_allclose(
            np.log(calls[OURS](X_test[:1])),
            keras.ops.log_softmax(calls[COMPILED](X_test[:1])),
            atol=1e-4,
        )
        figures[name] = {
            "one_clip": one_clip(calls, X_test, int(n_calls)),
            "clips_per_second": clips_per_second(calls, X_test, int(rounds)),
            "ms_of_few_clips": few_clips(classifier, X_test, int(rounds)),
        }
        if keras.backend.backend() != "torch":
            figures[name]["traces_by_number_of_clips"] = traces(classifier, X_test)
    return figures


def print_table(figures):
    for backend, networks in figures.items():
        for network, row in networks.items():
            for name, one in row["one_clip"].items():
                print(
                    f"{backend:10s} {network} {name:18s} {one['ms_median']:7.2f} ms, "
                    f"99 %: {one['ms_99th_percentile']:7.2f} ms; "
                    f"ours to it {one['predict_proba_to_this']:.2f}"
                )
            print("  ms of few clips", row["ms_of_few_clips"])
            per_second = row["clips_per_second"].items()
            print("  clips/s", ", ".join(f"{name} {n:.0f}" for name, n in per_second))
            for name, counts in row.get("traces_by_number_of_clips", {}).items():
                print("  traces", name, counts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=300, help="with one clip each")
    parser.add_argument(
        "--quick", action="store_true", help="few calls, and no results"
    )
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return
    n_calls, rounds = (10, 1) if arguments.quick else (arguments.calls, 7)
    backends = installed_backends()
    with tempfile.TemporaryDirectory() as folder:
        save_spectrograms(folder, ["default"], step=25)
        figures = {
            backend: measure_apart(__file__, folder, n_calls, rounds, backend=backend)
            for backend in backends
        }
    if not arguments.quick:
        write_results("prediction", figures, ["skkws", "keras", *backends])
    print_table(figures)


if __name__ == "__main__":
    main()
