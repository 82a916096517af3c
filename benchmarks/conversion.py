"""From the asker's GRU to ours, one change after the other.

Each row keeps the changes of the rows above it, and learns the eight words of
mini_speech_commands (speaker split). Recorded are the accuracy of the test clips, the
accuracy of the validation clips after each epoch, the time of an epoch, the tutorial
CNN's being 1, and where the network decides at every frame, how often each frame of a
test clip is right. A second part measures an epoch of the same GRU on clips with more
and fewer frames.

    python benchmarks/conversion.py [--seeds 0 1 2]

Writes results/conversion.json after each seed. Takes 15 minutes a seed on two cores.
"""

import argparse
from time import perf_counter

import numpy as np
from _clips import eight_words, mean_and_range
from _fresh import forget_compiled_functions
from _results import write_results
from backends import FRONT_ENDS
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skkws import KerasCNNClassifier, KerasGRUClassifier
from skkws.classifiers import ASKERS_GRU, TUTORIAL_CNN

OURS, TUTORIALS = FRONT_ENDS["default"], FRONT_ENDS["tutorial"]
BASELINE = "tutorial CNN"
# What each row changes: the classifier's arguments, or the front end. None is what
# the classifier does by default.
CHANGES = {
    "the asker's GRU": {},
    "dropout of .2 in place of .8": {"conv_dropout": 0.2, "dropout": 0.2},
    "logits in place of a sigmoid": {"output_activation": None},
    "one decision a clip, by the mean over time": {"pooling": "average"},
    "logarithm, mel bins and normalisation": {"front_end": OURS},
    "attention in place of the mean": {"pooling": "attention"},
    "time reduced by convolutions over frames and bins": {
        "filters": (24, 48, 64),
        "kernel_size": (5, 3, 3),
        "strides": ((2, 2), (2, 2), (1, 2)),
        "conv_axes": 2,
        "padding": "same",
    },
    "one GRU in both directions in place of two": {
        "units": 64,
        "bidirectional": True,
        "recurrent_batch_norm": False,
    },
    "a schedule, smoothed labels and augmentation": {"training": None},
}
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
        changes = dict(changes)
        front_end = changes.pop("front_end", front_end)
        if "training" in changes:
            arguments = {}  # with these, every argument is the default
            changes = {}
        arguments |= changes
        named[name] = (front_end, KerasGRUClassifier(**arguments))
    return named


def run(front_end, classifier, parts, seed):
    """Fit and judge one network; return what a row is made of."""
    forget_compiled_functions()
    front_end = make_pipeline(*map(clone, front_end))
    X = front_end.fit_transform(parts["train"][0])
    X_validation, X_test = (
        front_end.transform(parts[part][0]) for part in ("validation", "test")
    )
    classifier = clone(classifier).set_params(random_state=seed)
    y, y_test = parts["train"][1], parts["test"][1]
    # The first epoch compiles, and is no part of the time.
    one = clone(classifier).set_params(epochs=1).fit(X, y)
    start = perf_counter()
    clone(classifier).set_params(epochs=2).fit(X, y)
    two_epochs = perf_counter() - start
    start = perf_counter()
    one.fit(X, y)
    epoch_seconds = two_epochs - (perf_counter() - start)
    classifier.fit(X, y, validation_data=(X_validation, parts["validation"][1]))
    return {
        "test": float(classifier.score(X_test, y_test)),
        "validation_by_epoch": classifier.history_["val_accuracy"],
        "training_by_epoch": classifier.history_["accuracy"],
        "epoch_seconds": epoch_seconds,
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


def frames_run(parts):
    """Return seconds of an epoch of one GRU on clips of more and fewer frames."""
    X = make_pipeline(*OURS).fit_transform(parts["train"][0])
    seconds = {}
    for name, step in FRAMES.items():
        classifier = KerasGRUClassifier(
            filters=(), units=64, bidirectional=False, augment=None
        )
        clips = np.ascontiguousarray(X[:, ::step])
        times = []
        for epochs in (1, 1, 3):  # the first one compiles
            start = perf_counter()
            classifier.set_params(epochs=epochs).fit(clips, parts["train"][1])
            times.append(perf_counter() - start)
        seconds[name] = (times[2] - times[1]) / 2
    return seconds


def summarise(runs, frame_seconds):
    """Turn {seed: {network: run}} into the rows of the results."""
    rows = {}
    for name in networks():
        own = [by_name[name] for by_name in runs.values()]
        ratios = [
            by_name[name]["epoch_seconds"] / by_name[BASELINE]["epoch_seconds"]
            for by_name in runs.values()
        ]
        rows[name] = {
            "test": mean_and_range([one["test"] for one in own]),
            "epoch_time_ratio": float(np.median(ratios)),
            "parameters": own[0]["parameters"],
            **{
                key: np.mean([one[key] for one in own], axis=0).tolist()
                for key in ("validation_by_epoch", "training_by_epoch")
            },
        }
        if own[0]["test_by_frame"]:
            frames = np.mean([one["test_by_frame"] for one in own], axis=0)
            rows[name]["test_by_frame"] = frames.tolist()
    shortest = min(frame_seconds.values())
    return {
        "random_states": list(runs),
        "rows": rows,
        "epoch_of_one_gru_by_frames": {
            n_frames: seconds / shortest for n_frames, seconds in frame_seconds.items()
        },
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    arguments = parser.parse_args()
    parts = eight_words()
    frame_seconds, runs = frames_run(parts), {}
    for seed in arguments.seeds:
        runs[seed] = {}
        for name, (front_end, classifier) in networks().items():
            runs[seed][name] = own = run(front_end, classifier, parts, seed)
            print(
                f"{seed} {name:52s} {own['test']:.3f} {own['epoch_seconds']:6.2f} s",
                flush=True,
            )
        figures = summarise(runs, frame_seconds)
        write_results("conversion", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
