"""How many of the eight words' test clips can be told at all.

Which clips no fit of our default GRU and CNN has right, of all that `question.py` has
run, and in which clips no word can be heard: their loudest tenth of a second is below
-45 dB of full scale, and less than 15 dB above their quietest fifth. That rule was
chosen on the validation part, as the widest under which no clip falls that networks
can tell.

    python benchmarks/ceiling.py

Reads results/question.json, writes results/ceiling.json. Takes a few seconds.
"""

import argparse

import numpy as np
from _clips import eight_words, file_names
from _results import former_figures, write_results

from skkws._waveforms import to_float32

LOUDEST, ABOVE_QUIET = -45.0, 15.0  # dB
FRAME, FRAMES_OF_LOUDEST = 160, 10  # 10 ms, and 100 ms of them


def levels(clip):
    """Return the loudest 100 ms of a clip, and how far it is above the quiet, in dB."""
    frames = to_float32(clip)[: len(clip) // FRAME * FRAME].reshape(-1, FRAME)
    power = np.convolve(
        np.square(frames).mean(axis=1),
        np.full(FRAMES_OF_LOUDEST, 1 / FRAMES_OF_LOUDEST),
        "valid",
    )
    power += 1e-12  # of digital silence
    loudest, quiet = 10 * np.log10([power.max(), np.quantile(power, 0.2)])
    return float(loudest), float(loudest - quiet)


def without_word(clips):
    """Tell which clips hold no word."""
    loudest, above_quiet = np.transpose([levels(clip) for clip in clips])
    return (loudest < LOUDEST) & (above_quiet < ABOVE_QUIET)


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    rows = former_figures("question")
    wrong = {
        network: [
            set(names.split()) for names in rows[f"{network}, speaker split"]["wrong"]
        ]
        for network in ("our GRU", "our CNN", "our fast GRU", "tutorial CNN")
    }
    defaults = wrong["our GRU"] + wrong["our CNN"]
    silent_in = {
        part: without_word(clips) for part, (clips, _) in eight_words().items()
    }
    names = file_names("test")
    silent = set(names[silent_in["test"]].tolist())
    never_right = sorted(set.intersection(*defaults))
    n_spoken = len(names) - len(silent)
    figures = {
        "clips": len(names),
        "fits": len(defaults),
        "never_right": never_right,
        "without_word": sorted(silent),
        "clips_without_word": {
            part: int(which.sum()) for part, which in silent_in.items()
        },
        "at_most": 1 - len(never_right) / len(names),
        "test_of_clips_with_word": {
            network: 1 - float(np.mean([len(own - silent) for own in fits])) / n_spoken
            for network, fits in wrong.items()
        },
    }
    for name, value in figures.items():
        print(name, value)
    write_results("ceiling", figures, ["skkws"])


if __name__ == "__main__":
    main()
