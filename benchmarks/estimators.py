"""What skkws and its peers can do as estimators of scikit-learn, tried one by one.

Each peer gets a small recurrent network (aeon, which has none, a convolutional one) and
the same few synthetic clips, in a process of its own. A question is answered by what
happens, and where it is no, with the error or what differed. A peer that does not take
clips of frames and bins gets them as rows from then on, and one that does not take
words gets numbers. Last, scikit-learn's own checks of estimators are run.

    pip install -r benchmarks/requirements.txt
    python benchmarks/estimators.py [NAME ...]

Writes results/estimators.json after each peer. Takes 20 minutes on two cores.
"""

import argparse
import json
import os
import pickle
import random
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
from _results import former_figures, write_results
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator

EPOCHS, RATE, UNITS = 30, 0.01, 8


def skkws_gru():
    from skkws import KerasGRUClassifier

    return KerasGRUClassifier(
        UNITS, filters=(), epochs=EPOCHS, learning_rate=RATE, random_state=0
    )


def keras_network(shape, n_classes, loss):
    """Compile a GRU for clips of a shape (frames, bins), or rows of one (frames,)."""
    import keras

    network = keras.Sequential(
        [
            keras.layers.Input(shape),
            keras.layers.Reshape(shape if len(shape) > 1 else (*shape, 1)),
            keras.layers.GRU(UNITS),
            keras.layers.Dense(n_classes, activation="softmax"),
        ]
    )
    network.compile(keras.optimizers.Adam(RATE), loss)
    return network


def scikeras_network(meta):
    shape, n_classes = meta["X_shape_"][1:], meta["n_classes_"]
    return keras_network(shape, n_classes, "sparse_categorical_crossentropy")


def scikeras_gru():
    from scikeras.wrappers import KerasClassifier

    return KerasClassifier(scikeras_network, epochs=EPOCHS, random_state=0, verbose=0)


def wrapped_network(X, y):
    return keras_network(X.shape[1:], y.shape[1], "categorical_crossentropy")


def keras_wrapper_gru():
    from keras.wrappers import SKLearnClassifier

    settings = {"epochs": EPOCHS, "verbose": 0}
    return SKLearnClassifier(wrapped_network, fit_kwargs=settings)


def skorch_gru():
    import torch
    from skorch import NeuralNetClassifier

    class GRU(torch.nn.Module):
        def __init__(self, n_bins=20, n_classes=3):
            super().__init__()
            self.gru = torch.nn.GRU(n_bins, UNITS, batch_first=True)
            self.logits = torch.nn.Linear(UNITS, n_classes)

        def forward(self, X):
            return self.logits(self.gru(X)[0][:, -1])

    # A class in a function cannot be pickled, which is not skorch's fault.
    GRU.__qualname__ = "GRU"
    sys.modules[GRU.__module__].GRU = GRU
    return NeuralNetClassifier(
        GRU,
        criterion=torch.nn.CrossEntropyLoss,
        optimizer=torch.optim.Adam,
        lr=RATE,
        max_epochs=EPOCHS,
        train_split=None,
        verbose=0,
    )


def aeon_cnn():
    from aeon.classification.deep_learning import TimeCNNClassifier

    return TimeCNNClassifier(
        n_epochs=EPOCHS, kernel_size=3, avg_pool_size=2, random_state=0
    )


def sktime_gru():
    from sktime.classification.deep_learning import GRUClassifier

    return GRUClassifier(
        hidden_dim=UNITS, n_layers=1, num_epochs=EPOCHS, lr=RATE, random_state=0
    )


PEERS = {  # name: (Keras backend, library, function that makes the estimator)
    "skkws": ("tensorflow", "skkws", skkws_gru),
    "scikeras": ("tensorflow", "scikeras", scikeras_gru),
    "keras.wrappers": ("tensorflow", "keras", keras_wrapper_gru),
    "skorch": ("torch", "skorch", skorch_gru),
    "aeon": ("tensorflow", "aeon", aeon_cnn),
    "sktime": ("tensorflow", "sktime", sktime_gru),
}


def takes_clips(make, X, y):
    make().fit(X, y).predict(X)


def words_are_classes(make, X, y):
    predicted = make().fit(X, y).predict(X)
    assert set(predicted) <= set(y), f"predicted {predicted[0]!r}"


def probabilities(make, X, y):
    probability = make().fit(X, y).predict_proba(X)
    assert np.allclose(probability.sum(axis=1), 1, atol=1e-5), "rows do not sum to 1"


def is_a_classifier(make, X, y):
    from sklearn.base import is_classifier

    assert is_classifier(make()), "so that searches do not stratify"


def is_searched_in_a_pipeline(make, X, y):
    pipe = make_pipeline(FunctionTransformer(), make())
    scale = {"functiontransformer__kw_args": [None, {}]}
    search = GridSearchCV(pipe, scale, cv=2, error_score="raise").fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all(), "scores are NaN"


def clone_keeps_parameters(make, X, y):
    before, after = repr(make().get_params()), repr(clone(make()).get_params())
    assert _without_addresses(before) == _without_addresses(after), "they differ"


def same_seed_same_network(make, X, y):
    assert "random_state" in make().get_params(), "there is no random_state"
    first, again = (make().fit(X, y).predict_proba(X) for _ in range(2))
    assert np.array_equal(first, again), f"off by {np.abs(first - again).max():.1e}"


def survives_pickle(make, X, y):
    fitted = make().fit(X, y)
    loaded = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(loaded.predict(X), fitted.predict(X)), "predictions differ"


def takes_sample_weight(make, X, y):
    without = y == y[0]
    fitted = make().fit(X, y, sample_weight=(~without).astype(float))
    share = (fitted.predict(X[without]) == y[0]).mean()
    assert share < 0.5, "a class without weight was learnt"


def refuses_nan(make, X, y):
    broken = X.copy()
    broken[0, 0] = np.nan
    try:
        make().fit(broken, y)
    except ValueError:
        return
    raise AssertionError("it was fitted")


def failed_fit_keeps_the_fitted(make, X, y):
    fitted = make().fit(X, y)
    before = fitted.predict(X)
    try:
        fitted.fit(X, y[:-1])
    except Exception:
        assert np.array_equal(fitted.predict(X), before), "predictions changed"
        return
    raise AssertionError("y of another length was taken")


def leaves_global_seeds_alone(make, X, y):
    legacy = np.random.mtrand._rand  # what np.random.seed sets
    before = legacy.get_state()[1].copy(), random.getstate()
    make().fit(X, y)
    assert np.array_equal(before[0], legacy.get_state()[1]), "NumPy's has moved"
    assert before[1] == random.getstate(), "Python's has moved"


def leaves_no_files(make, X, y):
    make().fit(X, y)
    files = [str(file) for file in Path().rglob("*")]
    assert not files, files[0]


def _without_addresses(text):
    import re

    return re.sub(r"0x[0-9a-f]+", "", text)


QUESTIONS = {
    "takes clips of frames and bins": takes_clips,
    "takes words as classes": words_are_classes,
    "is a classifier to scikit-learn": is_a_classifier,
    "has `predict_proba`": probabilities,
    "a step of a Pipeline in `GridSearchCV`": is_searched_in_a_pipeline,
    "a clone has the same parameters": clone_keeps_parameters,
    "the same `random_state`, the same network": same_seed_same_network,
    "can be pickled": survives_pickle,
    "takes `sample_weight`": takes_sample_weight,
    "refuses NaN": refuses_nan,
    "a failed fit leaves the fitted network": failed_fit_keeps_the_fitted,
    "leaves the global random seeds alone": leaves_global_seeds_alone,
    "leaves no files behind": leaves_no_files,
}


def clips():
    """Return 60 clips of 40 frames and 20 bins, and their words."""
    rng = np.random.default_rng(0)
    words = np.array(["go", "no", "yes"])
    codes = np.arange(60) % 3
    X = rng.normal(size=(60, 40, 20)) + codes[:, np.newaxis, np.newaxis]
    return X.astype(np.float32), words[codes]


def measure(name):
    """Put all questions to a peer; return its answers."""
    _, library, make = PEERS[name]
    __import__(library)
    X, words = clips()
    codes = np.unique(words, return_inverse=True)[1].astype(np.int64)
    y, answers = codes, {}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for question, ask in QUESTIONS.items():
            y = words if ask is words_are_classes else y
            try:
                ask(make, X, y)
            except Exception as error:
                first_line = (str(error).strip() or type(error).__name__).split("\n")[0]
                answers[question] = first_line[:150]
                if ask is takes_clips:
                    X = X.reshape(len(X), -1)
                if ask is words_are_classes:
                    y = codes
            else:
                answers[question] = None
        checks = own_checks(make)
        os.chdir("/")
    return {"answers": answers, "scikit_learn_checks": checks}


def own_checks(make):
    """Return how many of scikit-learn's checks of estimators pass, or why none run."""
    try:
        results = check_estimator(make(), on_fail=None, on_skip=None)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}".split("\n")[0][:150]}
    states = [one["status"] for one in results]
    failed = [one["check_name"] for one in results if one["status"] == "failed"]
    return {
        "passed": states.count("passed"),
        "run": states.count("passed") + len(failed),
        "failed": failed,
    }


def measure_apart(name):
    done = subprocess.run(
        [sys.executable, __file__, "--measure", name],
        env={
            **os.environ,
            "KERAS_BACKEND": PEERS[name][0],
            "TF_CPP_MIN_LOG_LEVEL": "3",
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        return {"gap": done.stderr.strip().splitlines()[-1]}
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="all, if none")
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        warnings.simplefilter("ignore")  # what a peer warns of is not asked here
        print(json.dumps(measure(arguments.measure)))
        return
    rows = former_figures("estimators")
    for name in arguments.names or PEERS:
        rows[name] = measure_apart(name)
        print(name, json.dumps(rows[name], indent=1), flush=True)
        rows = {peer: rows[peer] for peer in PEERS if peer in rows}
        libraries = sorted({library for _, library, _ in PEERS.values()})
        write_results("estimators", rows, [*libraries, "tensorflow", "torch"])


if __name__ == "__main__":
    main()
