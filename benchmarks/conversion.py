"""From the asker's GRU to ours, one change after the other.

Each row keeps the changes of the rows above it, and learns the eight words of
mini_speech_commands (speaker split). Recorded are the accuracy of the test clips, the
accuracy of the validation clips after each epoch, the time of an epoch, the tutorial
CNN's being 1, and where the network decides at every frame, how often each frame of a
test clip is right. A second part measures an epoch of the same GRU on clips with more
and fewer frames.

    python benchmarks/conversion.py [--seeds 0 1 2] [--parts accuracy time]
                                    [--networks NAME ...]

Writes results/conversion.json after each seed and part; what is not asked for stays as
it was. Accuracy takes 20 minutes a seed on two cores, time 10 minutes a round.
"""

import argparse
from time import perf_counter

import numpy as np
from _clips import eight_words, mean_and_range
from _fresh import forget_compiled_functions
from _results import former_figures, write_results
from backends import FRONT_ENDS
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skkws import KerasCNNClassifier, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import ASKERS_GRU, FAST_GRU, TUTORIAL_CNN, TUTORIAL_SPECTROGRAM

OURS, TUTORIALS = FRONT_ENDS["default"], FRONT_ENDS["tutorial"]
BASELINE = "tutorial CNN"
# What each row changes: the classifier's arguments, or the front end.
DEFAULTS = KerasGRUClassifier().get_params()
CHANGES = {
    "the asker's GRU": {},
    "dropout of .2 in place of .8": {"conv_dropout": 0.2, "dropout": 0.2},
    "logits in place of a sigmoid": {"output_activation": None},
    "one decision a clip, by the mean over time": {"pooling": "average"},
    "logarithm and normalisation": {
        "front_end": (
            LogSpectrogram(**{**TUTORIAL_SPECTROGRAM, "log": "ln"}),
            Normalize("clip"),
        )
    },
    "40 mel bins and 98 frames, not 129 and 124": {"front_end": OURS},
    "attention in place of the mean": {"pooling": "attention"},
    "a stride of 4 in place of 2: half the steps": {"strides": 4},
    "convolutions over frames and bins, not frames alone": {
        name: DEFAULTS[name]
        for name in ("filters", "kernel_size", "strides", "conv_axes", "padding")
    },
    "one GRU of 64 in both directions, not two of 128": {
        "units": 64,
        "bidirectional": True,
        "recurrent_batch_norm": False,  # it stood between the two
    },
    "AdamW, a schedule, more epochs; no dropout of convolutions": {
        name: DEFAULTS[name]
        for name in (
            "optimizer",
            "learning_rate",
            "learning_rate_schedule",
            "epochs",
            "conv_dropout",
        )
    },
    # Now every argument is the default.
    "smoothed labels and augmentation": DEFAULTS,
}
FAST = "fewer channels and epochs: FAST_GRU"
ROUNDS = 1  # of timing
FRAMES = {
    "98": 1,
    "49": 2,
    "25": 4,
    "13": 8,
}  # frames of a clip: one in so many is kept


def networks():
    """Return {name: (front end, classifier)}, each with the changes before it."""
    named = {BASELINE: (TUTORIALS, KerasCNNClassifier(**TUTORIAL_CNN))}
    front_end, arguments = TUTORIALS[:1], dict(ASKERS_GRU)
    for name, changes in CHANGES.items():
        front_end = changes.get("front_end", front_end)
        arguments |= {key: changes[key] for key in changes if key != "front_end"}
        named[name] = (front_end, KerasGRUClassifier(**arguments))
    named[FAST] = (front_end, KerasGRUClassifier(**FAST_GRU))
    return named


def run(front_end, classifier, parts, seed):
    """Fit and judge one network; return what a row is made of."""
    front_end = make_pipeline(*map(clone, front_end))
    X = front_end.fit_transform(parts["train"][0])
    X_validation, X_test = (
        front_end.transform(parts[part][0]) for part in ("validation", "test")
    )
    classifier = clone(classifier).set_params(random_state=seed)
    y, y_test = parts["train"][1], parts["test"][1]
    classifier.fit(X, y, validation_data=(X_validation, parts["validation"][1]))
    return {
        "test": float(classifier.score(X_test, y_test)),
        "validation_by_epoch": classifier.history_["val_accuracy"],
        "training_by_epoch": classifier.history_["accuracy"],
        "parameters": classifier.model_.count_params(),
        "test_by_frame": by_frame(classifier, X_test, y_test),
    }


def by_frame(classifier, X, y):
    """Return how often each frame's decision is right; None without such decisions."""
    if classifier.pooling is not None:
        return None
    logits = np.asarray(classifier.model_.predict(X, verbose=0))
    right = classifier.classes_[logits.argmax(axis=-1)] == y[:, np.newaxis]
    return right.mean(axis=0).tolist()


def accuracy_rows(runs):
    """Turn {seed: {network: run}} into rows, the mean of the seeds."""
    rows = {}
    for name in next(iter(runs.values())):
        own = [by_name[name] for by_name in runs.values()]
        rows[name] = {
            "test": mean_and_range([one["test"] for one in own]),
            "parameters": own[0]["parameters"],
            **{
                key: np.mean([one[key] for one in own], axis=0).tolist()
                for key in ("validation_by_epoch", "training_by_epoch")
            },
        }
        if own[0]["test_by_frame"]:
            frames = np.mean([one["test_by_frame"] for one in own], axis=0)
            rows[name]["test_by_frame"] = frames.tolist()
    return rows


def epoch_seconds(classifier, X, y):
    """Return the time of an epoch, compilation apart.

    Not by a callback, for whose eyes the classifier would take Keras's own layers.
    """
    forget_compiled_functions()
    classifier = clone(classifier)
    times = []
    for epochs in (1, 1, 2):  # the first one compiles
        start = perf_counter()
        classifier.set_params(epochs=epochs).fit(X, y)
        times.append(perf_counter() - start)
    return times[2] - times[1]


def epoch_ratios(fits, baseline):
    """Return each fit's time of an epoch, the baseline's being 1: medians of rounds."""
    rounds = []
    for n_done in range(1, ROUNDS + 1):
        seconds = {name: epoch_seconds(*fit) for name, fit in fits.items()}
        rounds.append({name: s / seconds[baseline] for name, s in seconds.items()})
        print("round", n_done, {k: round(v, 2) for k, v in seconds.items()}, flush=True)
    return {name: float(np.median([one[name] for one in rounds])) for name in fits}


def times(parts, names):
    """Return the ratios of networks, and of one GRU on more and fewer frames."""
    waveforms, y = parts["train"]
    spectrograms = {}
    fits = {}
    for name in dict.fromkeys([BASELINE, *names]):
        front_end, classifier = networks()[name]
        key = repr(front_end)
        if key not in spectrograms:
            front_end = make_pipeline(*map(clone, front_end))
            spectrograms[key] = front_end.fit_transform(waveforms)
        fits[name] = classifier, spectrograms[key], y
    gru = KerasGRUClassifier(filters=(), bidirectional=False, augment=None)
    X = make_pipeline(*map(clone, OURS)).fit_transform(waveforms)
    frames = {
        name: (gru, np.ascontiguousarray(X[:, ::step]), y)
        for name, step in FRAMES.items()
    }
    return epoch_ratios(fits, BASELINE), epoch_ratios(frames, min(FRAMES, key=int))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    both = ["accuracy", "time"]
    parser.add_argument("--parts", nargs="+", choices=both, default=both)
    parser.add_argument("--networks", nargs="+", choices=networks(), metavar="NAME")
    arguments = parser.parse_args()
    figures = former_figures("conversion") or {"rows": {}}
    parts, runs = eight_words(), {}

    def write(new):
        """Put figures into the rows, and all into the file."""
        rows = figures["rows"]
        for name, row in new.items():
            rows[name] = {**rows.get(name, {}), **row}
        figures["rows"] = {name: rows[name] for name in networks() if name in rows}
        write_results("conversion", figures, ["skkws", "keras", "tensorflow"])

    names = arguments.networks or list(networks())
    if "accuracy" in arguments.parts:
        for seed in arguments.seeds:
            runs[seed] = {}
            for name in names:
                runs[seed][name] = own = run(*networks()[name], parts, seed)
                print(seed, f"{name:52s} {own['test']:.3f}", flush=True)
            figures["random_states"] = list(runs)
            write(accuracy_rows(runs))
    if "time" in arguments.parts:
        ratios, figures["epoch_of_one_gru_by_frames"] = times(parts, names)
        write({name: {"epoch_time_ratio": ratio} for name, ratio in ratios.items()})


if __name__ == "__main__":
    main()
