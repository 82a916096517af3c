"""How much is learnt from few clips, or from few speakers.

Three tasks: 20 clips a word, each of another speaker, of the training part of
mini_speech_commands, tested on its test part; the Free Spoken Digits by their official
split (every speaker in both parts); and the digits with one of the six speakers left
out in turn. The clips and the seed of the network change together from run to run;
a speaker left out is a run.

    python benchmarks/few_clips.py [--seeds 0 1 2] [--tasks NAME ...]
                                   [--networks NAME ...] [--jobs N] [--validation]

Writes results/few_clips.json after each row; so many fits at once as --jobs says give
the same figures sooner. With --validation the 20 clips a word are tested on the
validation part, all sets of augmentations are tried, and nothing is written: this is
how MANY_CLIPS and what goes with it were chosen. Takes two hours on two cores.
"""

import argparse

import joblib
import numpy as np
from _clips import mean_and_range
from _results import former_figures, write_results
from search import ALL, WARPS
from sklearn.pipeline import make_pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    LogSpectrogram,
    Normalize,
    TimeShift,
)
from skkws.datasets import fetch_mini_speech_commands, fetch_spoken_digits

N_CLIPS_PER_WORD = 20
NETWORKS = {"GRU": KerasGRUClassifier, "CNN": KerasCNNClassifier}
AUGMENTATIONS = {
    "none": None,
    "shifts": [TimeShift(0.05)],
    "warps": WARPS,
    "all": ALL,
}


def one_clip_a_speaker(clips, seed, n_speakers=N_CLIPS_PER_WORD):
    """Return rows of the training part: for each word, so many speakers' clips."""
    draw = np.random.RandomState(seed)
    rows = []
    for word in np.unique(clips.target):
        own = np.flatnonzero((clips.target == word) & (clips.split == "train"))
        speakers = draw.permutation(np.unique(clips.speaker[own]))[:n_speakers]
        rows += [draw.choice(own[clips.speaker[own] == name]) for name in speakers]
    return np.array(rows, dtype=int)


def few_words(seeds, part="test"):
    """Yield (clips, training rows, test rows, seed) of few clips a word."""
    clips = fetch_mini_speech_commands()
    for seed in seeds:
        tested = np.flatnonzero(clips.split == part)
        yield clips, one_clip_a_speaker(clips, seed), tested, seed


def digits(seeds):
    """Yield the official split of the digits, for each seed."""
    clips = fetch_spoken_digits()
    train, test = (np.flatnonzero(clips.split == name) for name in ("train", "test"))
    for seed in seeds:
        yield clips, train, test, seed


def digits_of_new_speakers(seeds):
    """Yield the digits with each speaker left out, for each seed."""
    clips = fetch_spoken_digits()
    for seed in seeds:
        for speaker in np.unique(clips.speaker):
            own = clips.speaker == speaker
            yield clips, np.flatnonzero(~own), np.flatnonzero(own), seed


TASKS = {
    "20 clips a word": few_words,
    "digits, official split": digits,
    "digits, speaker left out": digits_of_new_speakers,
}


def accuracy(classifier, clips, train, test, seed):
    """Return the share of the test clips that is right."""
    words = make_pipeline(
        LogSpectrogram(sr=clips.sr),
        Normalize("clip"),
        classifier.set_params(random_state=seed),
    )
    words.fit(clips.data[train], clips.target[train])
    return words.score(clips.data[test], clips.target[test])


def compare_augmentations(seeds):
    for name, augment in AUGMENTATIONS.items():
        classifier = KerasGRUClassifier(augment=augment)
        scores = [accuracy(classifier, *r) for r in few_words(seeds, "validation")]
        print(f"{name:8s} {np.mean(scores):.3f} {np.round(scores, 3)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument(
        "--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS)
    )
    parser.add_argument("--jobs", type=int, default=1, metavar="N")
    parser.add_argument("--validation", action="store_true")
    arguments = parser.parse_args()
    if arguments.validation:
        return compare_augmentations(arguments.seeds)
    rows = former_figures("few_clips")
    for task in arguments.tasks:
        for network in arguments.networks:
            scores = joblib.Parallel(arguments.jobs)(
                joblib.delayed(accuracy)(NETWORKS[network](), *run)
                for run in TASKS[task](arguments.seeds)
            )
            row = {
                "task": task,
                "network": network,
                "random_states": arguments.seeds,
                # By seed: with speakers left out, the mean over the speakers.
                "test": mean_and_range(
                    np.reshape(scores, (len(arguments.seeds), -1)).mean(axis=1)
                ),
                "runs": scores,
            }
            rows[f"{task}, {network}"] = row
            print(task, network, row["test"], np.round(scores, 3), flush=True)
            write_results("few_clips", rows, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
