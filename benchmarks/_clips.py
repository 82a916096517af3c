"""The eight words, split by speaker or at random, for every benchmark alike."""

import numpy as np
from sklearn.model_selection import train_test_split

from skkws.datasets import fetch_mini_speech_commands

PARTS = ("train", "validation", "test")


def eight_words(split="speaker", seed=0):
    """Return {part: (waveforms, words)} of mini_speech_commands.

    split="speaker" is the official rule, by which no speaker is in two parts;
    "random" is the 80/10/10 of TensorFlow's tutorial, by which most are.
    """
    clips = fetch_mini_speech_commands()
    part_of = _parts(clips, split, seed)
    return {
        name: (clips.data[part_of == name], clips.target[part_of == name])
        for name in PARTS
    }


def file_names(part, split="speaker", seed=0):
    """Return the names of a part's files, in the order of `eight_words`."""
    clips = fetch_mini_speech_commands(load=False)
    return clips.filenames[_parts(clips, split, seed) == part]


def _parts(clips, split, seed):
    """Return the part that each clip belongs to."""
    if split == "speaker":
        return clips.split
    rows = np.arange(len(clips.target))
    train, rest = train_test_split(rows, test_size=0.2, random_state=seed)
    validation, test = train_test_split(rest, test_size=0.5, random_state=seed)
    part_of = np.empty(len(rows), dtype="U10")
    for name, members in zip(PARTS, (train, validation, test), strict=True):
        part_of[members] = name
    return part_of


def mean_and_range(values):
    """Summarise the accuracies of several seeds."""
    return {
        "mean": float(np.mean(values)),
        "low": float(np.min(values)),
        "high": float(np.max(values)),
        "seeds": len(values),
    }
