"""How far words that a synthesiser spoke go for words that people speak.

The network of FAST_GRU, in batches, epochs and augmentation as by default, learns the
eight words of mini_speech_commands from eSpeak NG's voices alone, from recordings of a
few people alone, or from both, and is tested on the recordings of the test speakers.
Recordings of n people are n of each word. The seed draws the voices, the recordings and
the network.

    python benchmarks/from_text.py [--seeds 0 1 2] [--part test]

Writes results/from_text.json after each seed, if it is the test part. Takes a quarter
of an hour on two cores.
"""

import argparse

import numpy as np
from _clips import mean_and_range
from _results import write_results
from few_clips import one_clip_a_speaker
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import fetch_mini_speech_commands, make_spoken_words

N_SPOKEN = 400  # clips a word
NETWORK = {**FAST_GRU, "batch_size": "auto", "epochs": "auto", "augment": "auto"}
# Name of a row: whether there are spoken words, and of how many people recordings.
ROWS = {
    "text alone": (True, 0),
    "recordings of 5 people": (False, 5),
    "text and recordings of 5 people": (True, 5),
    "recordings of 20 people": (False, 20),
    "text and recordings of 20 people": (True, 20),
}


def accuracy(spoken, clips, rows, part, seed):
    """Fit to spoken words, if any, and rows of the clips; return the accuracy."""
    X, y = clips.data[rows], clips.target[rows]
    if spoken is not None:
        # Recordings are repeated, so that they count as much as the spoken words.
        n_times = len(spoken.target) // max(len(y), 1)
        X = np.concatenate([spoken.data, *n_times * [X]])
        y = np.concatenate([spoken.target, *n_times * [y]])
    words = make_pipeline(
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(**NETWORK, random_state=seed),
    )
    words.fit(X, y)
    tested = clips.split == part
    return words.score(clips.data[tested], clips.target[tested])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--part", choices=["validation", "test"], default="test")
    arguments = parser.parse_args()
    clips = fetch_mini_speech_commands()
    scores = {name: [] for name in ROWS}
    for n_done, seed in enumerate(arguments.seeds, start=1):
        spoken = make_spoken_words(
            n_clips_per_word=N_SPOKEN, n_speakers=N_SPOKEN, random_state=seed
        )
        for name, (synthetic, n_people) in ROWS.items():
            rows = one_clip_a_speaker(clips, seed, n_people)
            own = spoken if synthetic else None
            scores[name].append(accuracy(own, clips, rows, arguments.part, seed))
            print(seed, name, f"{scores[name][-1]:.3f}", flush=True)
        if arguments.part != "test":
            continue
        figures = {
            "random_states": arguments.seeds[:n_done],
            "clips_a_word_from_text": N_SPOKEN,
            "rows": {name: mean_and_range(own) for name, own in scores.items()},
        }
        write_results("from_text", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
