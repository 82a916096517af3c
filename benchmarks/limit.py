"""How far is an epoch of training from what this machine can compute?

The multiplications and additions of a network's layers, three times (once forwards,
twice backwards), for all 6,289 clips, against what a large product of float32 matrices
reaches here, and the time of an epoch on TensorFlow. What remains is memory, loops over
time, augmentation, the optimizer and cores that wait.

    python benchmarks/limit.py [--rounds N]

Every network has a process of its own in every round: one that follows others in theirs
takes up to a quarter longer. Ratios are taken within a round; rows are medians. Writes
results/limit.json. Takes ten minutes on two cores.
"""

import argparse
from time import perf_counter

import numpy as np
from _clips import eight_words
from _results import write_results
from backends import FRONT_ENDS, NETWORKS, measure_rounds
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

EPOCHS = 4


def matrix_gflops(n=2048, repeats=10):
    """Return the best rate of n x n products on TensorFlow, in GFLOP/s."""
    import tensorflow as tf

    a, b = tf.random.normal((n, n)), tf.random.normal((n, n))
    rates = []
    for _ in range(repeats):
        start = perf_counter()
        tf.matmul(a, b).numpy()
        rates.append(2 * n**3 / (perf_counter() - start) / 1e9)
    return max(rates)


def forward_flops(model):
    """Return the floating-point operations of one clip through a network.

    Those of convolutions, matrix products and recurrent steps: each weight of such a
    kernel is used once for each position, or frame, of the layer's output.
    """
    flops = 0
    for layer in model.layers:
        directions = [
            getattr(layer, name)
            for name in ("forward_layer", "backward_layer")
            if hasattr(layer, name)
        ]
        positions = np.prod(layer.output.shape[1:-1], dtype=int)
        for part in directions or [layer]:
            part = getattr(part, "cell", part)
            for name in ("kernel", "recurrent_kernel"):
                if hasattr(part, name):
                    n_weights = np.prod(getattr(part, name).shape, dtype=int)
                    flops += 2 * int(positions) * int(n_weights)
    return flops


def network_of(front_end, classifier, X, y):
    """Return the network that a classifier builds for some clips."""
    spectrograms = make_pipeline(*FRONT_ENDS[front_end]).fit_transform(X)
    return clone(classifier).set_params(epochs=1).fit(spectrograms, y).model_


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    X, y = eight_words()["train"]
    limit = matrix_gflops()
    runs = measure_rounds(NETWORKS, ["tensorflow"], arguments.rounds, 1 + EPOCHS)
    seconds = {
        name: [run["epoch_seconds"] for run in measured]
        for (name, _), measured in runs.items()
    }
    ratios = np.array(list(seconds.values())) / seconds["tutorial CNN"]
    rows = {}
    for name, ratio in zip(NETWORKS, ratios, strict=True):
        network = network_of(*NETWORKS[name], X[::100], y[::100])
        gflop = 3 * forward_flops(network) * len(y) / 1e9
        epoch_seconds = float(np.median(seconds[name]))
        rows[name] = {
            "gflop_an_epoch": gflop,
            "epoch_seconds": epoch_seconds,
            "seconds_at_the_limit": gflop / limit,
            "share_of_the_limit": gflop / limit / epoch_seconds,
            "epoch_ratio_to_tutorial": float(np.median(ratio)),
        }
        print(name, rows[name], flush=True)
    figures = {"matrix_product_gflops": limit, "networks": rows}
    print(f"matrix product: {limit:.0f} GFLOP/s")
    write_results("limit", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
