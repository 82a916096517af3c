"""What becomes of a pipeline in ONNX: size, exactness, time of a clip, 8-bit weights.

    python benchmarks/to_onnx.py [--calls N] [--epochs N] [--quick]

Trains the two default networks and the fast GRU on the eight words, writes each as
ONNX files, and runs onnxruntime and the pipeline on the same test clips. Each round
times every contender once, so that a busy machine slows all of them alike; ratios are
taken within a round. Clips that come one after the other are timed in rounds of several
calls of each contender. Writes results/onnx.json. Takes as long as the training;
--epochs shortens that of all networks, which the results say.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime
from _clips import eight_words
from _results import write_results
from prediction import time_rounds
from sklearn.metrics import accuracy_score
from sklearn.pipeline import make_pipeline

from skkws import KerasCNNClassifier, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.export import to_onnx

NETWORKS = {
    "default GRU": KerasGRUClassifier(random_state=0),
    "default CNN": KerasCNNClassifier(random_state=0),
    "fast GRU": KerasGRUClassifier(**FAST_GRU, random_state=0),
}
OURS = "predict_proba"
IN_A_ROW = 20  # calls


def session_of(path, threads=0):
    """Load a file; 0 threads leave their number to onnxruntime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Its threads would go on spinning while the other contenders are timed.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(path, options)


def contenders(pipeline, path):
    """Return name -> function from waveforms to probabilities; the first is ours."""
    sessions = {
        "onnxruntime": session_of(path),
        "onnxruntime, one thread": session_of(path, threads=1),
    }
    calls = {OURS: pipeline.predict_proba}
    for name, session in sessions.items():
        calls[name] = lambda x, session=session: session.run(None, {"X": x})
    return calls


def all_clips(calls, X, rounds=5):
    """Return clips a second where all are given at once."""
    seconds = time_rounds(calls.values(), [X] * (rounds + 1))[1:]
    return dict(zip(calls, (len(X) / np.median(seconds, axis=0)).tolist(), strict=True))


def one_clip(calls, X, n_calls):
    """Time calls with one clip each."""
    inputs = [X[i % len(X)][np.newaxis] for i in range(n_calls)]
    time_rounds(calls.values(), inputs[:5])  # compiles, and warms up
    ms = time_rounds(calls.values(), inputs) * 1000
    return {
        name: {
            "ms_median": float(np.median(ms[:, k])),
            "ms_99th_percentile": float(np.percentile(ms[:, k], 99)),
            "predict_proba_to_this": float(np.median(ms[:, 0] / ms[:, k])),
        }
        for k, name in enumerate(calls)
    }


def one_clip_in_a_row(calls, X, n_calls):
    """Time calls with one clip each, of one contender `IN_A_ROW` times in a row.

    In turns, each call finds the processor's caches full of what the others used.
    """
    ms = {name: [] for name in calls}
    for first in range(0, n_calls, IN_A_ROW):
        clips = [X[i % len(X)][np.newaxis] for i in range(first, first + IN_A_ROW)]
        for name, call in calls.items():
            ms[name].append(np.median(time_rounds([call], clips)) * 1000)
    ours = np.array(ms[OURS])
    return {
        name: {
            "ms_median": float(np.median(own)),
            "predict_proba_to_this": float(np.median(ours / own)),
        }
        for name, own in ms.items()
    }


def measure(pipeline, X, y, folder, n_calls):
    """Compare a fitted pipeline with what onnxruntime makes of its files."""
    expected = pipeline.predict_proba(X)
    arrays = pipeline[-1].model_.get_weights()
    n_bytes = sum(array.nbytes for array in arrays)
    figures = {
        "parameters": sum(array.size for array in arrays),
        "epochs": pipeline[-1].n_iter_,
        "accuracy": accuracy_score(y, pipeline.predict(X)),
    }
    for weights in ("float32", "int8"):
        path = Path(folder) / f"{weights}.onnx"
        to_onnx(pipeline, path, X, weights=weights)
        calls = contenders(pipeline, path)
        label, probabilities = session_of(path).run(None, {"X": X})
        figures[weights] = {
            "bytes": path.stat().st_size,
            "to_bytes_of_float32_weights": path.stat().st_size / n_bytes,
            "largest_error_of_a_probability": float(
                abs(probabilities - expected).max()
            ),
            "other_words": int((label != pipeline.predict(X)).sum()),
            "accuracy": accuracy_score(y, label),
            "one_clip": one_clip(calls, X, n_calls),
            "one_clip_in_a_row": one_clip_in_a_row(calls, X, n_calls),
            "clips_per_second": all_clips(calls, X),
        }
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=300, help="with one clip each")
    parser.add_argument("--epochs", type=int, help="in place of each network's own")
    parser.add_argument(
        "--quick", action="store_true", help="one epoch, and no results"
    )
    arguments = parser.parse_args()
    n_calls = 20 if arguments.quick else arguments.calls
    epochs = 1 if arguments.quick else arguments.epochs
    parts = eight_words()
    figures = {}
    for name, classifier in NETWORKS.items():
        if epochs is not None:
            classifier.set_params(epochs=epochs)
        words = make_pipeline(LogSpectrogram(), Normalize("clip"), classifier)
        words.fit(*parts["train"])
        with tempfile.TemporaryDirectory() as folder:
            figures[name] = measure(words, *parts["test"], folder, n_calls)
        print(name, figures[name])
    if not arguments.quick:
        libraries = ["skkws", "keras", "tensorflow", "skl2onnx", "onnxruntime"]
        write_results("onnx", figures, libraries)


if __name__ == "__main__":
    main()
