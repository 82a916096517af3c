"""What the defaults of LogSpectrogram and Normalize are chosen by.

One change at a time from the default Pipeline, judged on the validation speakers of
mini_speech_commands, ten epochs, three seeds. Writes
results/front_end_choices.json. Takes about half an hour on two cores.

    python benchmarks/front_end_choices.py
"""

from _clips import eight_words, mean_and_range
from _results import write_results
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, LogSpectrogram, Normalize

CHOICES = {
    "default": {},
    "floor 1e-8": {"logspectrogram__amin": 1e-8},
    "floor 1e-6": {"logspectrogram__amin": 1e-6},
    "normalised over everything": {"normalize__axis": None},
    "normalised per clip": {"normalize__axis": "clip"},
    "64 mel bins": {"logspectrogram__n_mels": 64},
    "30 ms windows": {"logspectrogram__win_length": 480},
}


def main(seeds=(0, 1, 2)):
    parts = eight_words()
    figures = {}
    for name, changes in CHOICES.items():
        scores = []
        for seed in seeds:
            words = make_pipeline(
                LogSpectrogram(),
                Normalize("bin"),
                KerasGRUClassifier(epochs=10, random_state=seed),
            ).set_params(**changes)
            words.fit(*parts["train"])
            scores.append(words.score(*parts["validation"]))
        figures[name] = {"changes": changes, "validation": mean_and_range(scores)}
        print(name, figures[name]["validation"], flush=True)
        write_results("front_end_choices", figures, ["keras", "tensorflow"])


if __name__ == "__main__":
    main()
