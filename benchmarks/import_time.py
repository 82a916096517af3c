"""How long does `import skkws` take beyond what scikit-learn takes?

Every import in a fresh interpreter, in turn; the first round, which may read from disk
and compile bytecode, is not counted. Differences are taken within a round.

    python benchmarks/import_time.py [--rounds N] [--quick]

Writes results/import_time.json. Takes about two minutes.
"""

import argparse
import json
import subprocess
import sys

import numpy as np
from _results import write_results

STATEMENTS = {
    "skkws": "import skkws",
    "sklearn": "import sklearn",
    "sklearn.pipeline": "import sklearn.pipeline",
    "sklearn.pipeline, sklearn.model_selection": (
        "import sklearn.pipeline, sklearn.model_selection"
    ),
}
# None of them is needed until something is loaded, plotted or fitted.
HEAVY = (
    "jax",
    "keras",
    "librosa",
    "matplotlib",
    "pooch",
    "soundfile",
    "soxr",
    "tensorflow",
    "torch",
    "tqdm",
)
PROGRAM = """
import json, sys
from time import perf_counter
start = perf_counter()
{statement}
seconds = perf_counter() - start
print(json.dumps([seconds, sorted(sys.modules)]))
"""


def run(statement):
    """Return seconds and names of the modules loaded, from a new interpreter."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(statement=statement)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--quick", action="store_true", help="1 round, no results")
    arguments = parser.parse_args()
    n_rounds = 1 if arguments.quick else arguments.rounds

    runs = [
        {name: run(statement) for name, statement in STATEMENTS.items()}
        for _ in range(n_rounds + 1)
    ][1:]
    seconds = {name: np.array([r[name][0] for r in runs]) for name in STATEMENTS}
    loaded = {name: set(runs[-1][name][1]) for name in STATEMENTS}
    figures = {
        "rounds": n_rounds,
        "seconds": {name: float(np.median(s)) for name, s in seconds.items()},
        "skkws_beyond": {
            name: float(np.median(seconds["skkws"] - s))
            for name, s in seconds.items()
            if name != "skkws"
        },
        "modules": {name: len(modules) for name, modules in loaded.items()},
        "heavy_modules_loaded": {
            name: [heavy for heavy in HEAVY if heavy in modules]
            for name, modules in loaded.items()
        },
    }
    if not arguments.quick:
        write_results("import_time", figures, ["skkws", "joblib"])
    for name, value in figures["seconds"].items():
        beyond = figures["skkws_beyond"].get(name)
        print(
            f"{name:42s} {value:.3f} s, {figures['modules'][name]} modules, "
            f"heavy: {', '.join(figures['heavy_modules_loaded'][name]) or 'none'}"
            + ("" if beyond is None else f"; skkws takes {beyond:+.3f} s beyond it")
        )


if __name__ == "__main__":
    main()
