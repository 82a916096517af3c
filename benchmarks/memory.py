"""How much memory it takes to learn eight words from their waveforms.

Each network learns the training part of mini_speech_commands in a process of its own,
and a spotter that and other words and noise, each in several windows (see spotting.py).
Beyond the data is what the whole process has at most, Python, libraries and Keras
backend included, less the bytes of the waveforms; beyond the imports is that less what
the process had once everything was imported.

    python benchmarks/memory.py [--networks NAME ...] [--epochs N]

Writes results/memory.json after each row, beside what is there; Linux alone tells what
is needed. Takes twenty minutes on two cores, as the memory no longer grows after the
first epochs.
"""

import argparse
import json

from _clips import eight_words
from _fresh import measure_apart, memory_mb
from _results import former_figures, write_results
from backends import (
    FRONT_ENDS,
    NETWORKS,
    installed_backends,
)
from sklearn.pipeline import make_pipeline
from spotting import clips_of, words_of

from skkws import KeywordSpotter

SPOTTER = "spotter of the default GRU"


def measure(network, epochs):
    """Fit from waveforms in this process; return its memory in MB."""
    import keras  # noqa: F401

    imported = memory_mb("VmRSS")
    if network == SPOTTER:
        X, y = clips_of("train")
        words = KeywordSpotter(words_of("GRU", 0, int(epochs)), random_state=0)
    else:
        X, y = eight_words()["train"]
        front_end, classifier = NETWORKS[network]
        words = make_pipeline(*FRONT_ENDS[front_end], classifier)
        words[-1].set_params(epochs=int(epochs), random_state=0)
    X = X.copy()  # without the rest of the corpus behind it
    words.fit(X, y)
    peak = memory_mb("VmHWM")
    data = X.nbytes / 2**20
    return {
        "data_mb": data,
        "peak_mb": peak,
        "beyond_data_mb": peak - data,
        "beyond_data_and_imports_mb": peak - data - imported,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    choices = [*NETWORKS, SPOTTER]
    parser.add_argument("--networks", nargs="+", choices=choices, default=choices)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--measure", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(*arguments.measure)))
        return
    for backend in installed_backends():
        for network in arguments.networks:
            row = measure_apart(__file__, network, arguments.epochs, backend=backend)
            rows = {**former_figures("memory"), f"{network}, {backend}": row}
            write_results("memory", rows, ["skkws", "keras", *installed_backends()])
            print(
                f"{network:26s} {backend:10s} {row['beyond_data_mb']:6.0f} MB beyond "
                f"the data, {row['beyond_data_and_imports_mb']:6.0f} MB beyond the "
                "imports, too",
                flush=True,
            )


if __name__ == "__main__":
    main()
