"""How far is an epoch of training from what this machine can compute?

The multiplications and additions of a network's layers, three times (once forwards,
twice backwards), for all 6,289 clips, against what a large product of float32 matrices
reaches here, and the time of an epoch on TensorFlow. What remains is memory, loops over
time, augmentation, the optimizer and cores that wait.

    python benchmarks/limit.py

Writes results/limit.json. Takes two minutes on two cores.
"""

from time import perf_counter

import numpy as np
from _clips import eight_words
from _results import write_results
from backends import FRONT_ENDS, NETWORKS
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


def main():
    X, y = eight_words()["train"]
    limit = matrix_gflops()
    rows = {}
    for name, (front_end, classifier) in NETWORKS.items():
        spectrograms = make_pipeline(*FRONT_ENDS[front_end]).fit_transform(X)

        def fit_seconds(epochs, words=classifier, spectrograms=spectrograms):
            start = perf_counter()
            words.set_params(epochs=epochs, random_state=0).fit(spectrograms, y)
            return perf_counter() - start

        fit_seconds(1)  # compiles
        seconds = (fit_seconds(1 + EPOCHS) - fit_seconds(1)) / EPOCHS
        model = classifier.model_
        gflop = 3 * forward_flops(model) * len(y) / 1e9
        rows[name] = {
            "gflop_an_epoch": gflop,
            "epoch_seconds": seconds,
            "seconds_at_the_limit": gflop / limit,
            "share_of_the_limit": gflop / limit / seconds,
        }
        print(name, rows[name], flush=True)
    tutorial = rows["tutorial CNN"]["epoch_seconds"]
    for row in rows.values():
        row["epoch_ratio_to_tutorial"] = row["epoch_seconds"] / tutorial
    figures = {"matrix_product_gflops": limit, "networks": rows}
    print(f"matrix product: {limit:.0f} GFLOP/s")
    write_results("limit", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
