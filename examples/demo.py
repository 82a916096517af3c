"""
===================================
How well do a CNN and a GRU do?
===================================

You swapped the CNN of an audio tutorial for GRUs, and now training is slow and the
accuracy low. Is that the fate of recurrent networks on one-second words? This script
trains both classifiers of skkws on the same eight words, for fewer epochs than they
would choose, and tests them on speakers that they have never heard. It uses the
recordings of the Mini Speech Commands where you have them, and else words from a speech
synthesiser:

    python examples/demo.py [FOLDER] [--epochs N] [--synthetic N_CLIPS_PER_WORD]

Pictures, the saved pipeline and a sound file are written into FOLDER (``demo``).
"""

import argparse
from pathlib import Path
from time import perf_counter

import joblib
import librosa
import numpy as np
import soundfile
from matplotlib.figure import Figure  # unlike pyplot, needs no display
from sklearn.metrics import ConfusionMatrixDisplay, accuracy_score
from sklearn.pipeline import Pipeline, make_pipeline

from skkws import (
    KerasCNNClassifier,
    KerasGRUClassifier,
    LoadAudio,
    LogSpectrogram,
    Normalize,
)
from skkws.datasets import fetch_mini_speech_commands, make_spoken_words

# Enough to learn from, few enough that neither fit takes much over a minute.
SYNTHETIC_CLIPS_PER_WORD = 250

# From the palette of Okabe and Ito, which colour-blind people can tell apart.
COLOURS = {"KerasCNNClassifier": "#0072B2", "KerasGRUClassifier": "#D55E00"}
MARKERS = {"KerasCNNClassifier": "s", "KerasGRUClassifier": "o"}


# %%
# The clips
# ---------
# One row of ``data`` is a clip of one second. ``split`` keeps every speaker in one
# part: over voices it knows, any network looks better than it is.


def load_clips(n_synthetic=None):
    """Return clips, and what to call them."""
    if n_synthetic is None:
        try:
            clips = fetch_mini_speech_commands(download_if_missing=False)
            return clips, "recordings of the Mini Speech Commands"
        except FileNotFoundError:
            n_synthetic = SYNTHETIC_CLIPS_PER_WORD
    clips = make_spoken_words(n_clips_per_word=n_synthetic, random_state=0)
    return clips, "synthetic words spoken by eSpeak NG"


def typical_clip(clips, word):
    """Return the row of the test clip of a word that is of medium loudness."""
    rows = np.flatnonzero((clips.target == word) & (clips.split == "test"))
    power = np.mean(np.square(clips.data[rows], dtype=np.float32), axis=1)
    return rows[np.argsort(power)[len(rows) // 2]]


# %%
# The pipelines
# -------------
# From the waveform to the word is one scikit-learn estimator, so that nothing has to
# be done twice, once for training and once for use.


def word_pipeline(classifier):
    return Pipeline(
        [
            ("spectrogram", LogSpectrogram()),
            ("normalize", Normalize("clip")),
            ("classify", classifier),
        ]
    )


def train_and_test(clips, epochs):
    """Return the fitted pipelines and the rows of the table, by network."""
    pipelines, rows = {}, {}
    train, test = clips.split == "train", clips.split == "test"
    # Keras is loaded when it is first needed: not a part of the first network's time.
    KerasCNNClassifier(epochs=1).fit(np.zeros((4, 16, 16)), ["a", "b", "a", "b"])
    for network in (KerasCNNClassifier, KerasGRUClassifier):
        name = network.__name__
        print(f"Training {name} ...", flush=True)
        words = word_pipeline(network(epochs=epochs, random_state=0))
        start = perf_counter()
        words.fit(clips.data[train], clips.target[train])
        rows[name] = {
            "parameters": words["classify"].model_.count_params(),
            "seconds": perf_counter() - start,
            "predicted": words.predict(clips.data[test]),
        }
        rows[name]["accuracy"] = accuracy_score(
            clips.target[test], rows[name]["predicted"]
        )
        pipelines[name] = words
    return pipelines, rows


def print_table(rows):
    print(f"\n{'network':20s}{'parameters':>12s}{'fit (s)':>10s}{'test accuracy':>16s}")
    for name, row in rows.items():
        print(
            f"{name:20s}{row['parameters']:12,d}{row['seconds']:10.1f}"
            f"{row['accuracy']:16.1%}"
        )


# %%
# The pictures
# ------------


def draw_spectrograms(clips):
    """Draw what the networks see of each word."""
    decibels = LogSpectrogram(clips.sr, log="db")
    rows = [typical_clip(clips, word) for word in clips.target_names]
    spectrograms = decibels.transform(clips.data[rows])
    n_frames, n_mels = spectrograms.shape[1:]
    # The defaults of LogSpectrogram: windows of 25 ms, one every 10 ms.
    first, last = 0.0125, 0.0125 + 0.01 * (n_frames - 1)
    centres = librosa.mel_frequencies(n_mels + 2, fmin=0, fmax=clips.sr / 2)[1:-1]
    kilohertz = [0.5, 1, 2, 4]
    ticks = np.interp(np.multiply(kilohertz, 1000), centres, np.arange(n_mels))
    low, high = np.percentile(spectrograms, [5, 99.8])

    n_columns = 4
    n_lines = -(-len(rows) // n_columns)
    figure = Figure(figsize=(9, 0.8 + 2 * n_lines), layout="constrained")
    axes = figure.subplots(n_lines, n_columns, sharex=True, sharey=True, squeeze=False)
    for ax, word, spectrogram in zip(
        axes.flat, clips.target_names, spectrograms, strict=False
    ):
        image = ax.imshow(
            spectrogram.T,
            origin="lower",
            aspect="auto",
            extent=(first - 0.005, last + 0.005, -0.5, n_mels - 0.5),
            cmap="viridis",
            interpolation="nearest",
            vmin=low,
            vmax=high,
        )
        ax.set_title(word)
        ax.set_xticks([0.1, 0.5, 0.9])
        ax.set_yticks(ticks, [f"{value:g}" for value in kilohertz])
    figure.supxlabel("time (s)")
    figure.supylabel("frequency (kHz, mel scale)")
    figure.colorbar(image, ax=axes, label="power (dB)", extend="both")
    return figure


def draw_learning_curves(pipelines):
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for ax, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for name, words in pipelines.items():
            values = words["classify"].history_[quantity]
            epochs = np.arange(1, len(values) + 1)
            ax.plot(
                epochs,
                values,
                color=COLOURS[name],
                marker=MARKERS[name],
                markersize=4,
                label=name,
            )
        ax.set_xlabel("epoch")
        ax.set_ylabel(f"{quantity} on the training clips")
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        ax.grid(alpha=0.3)
        ax.legend()
    return figure


def draw_confusion_matrix(clips, name, row):
    figure = Figure(figsize=(6.4, 5.6), layout="constrained")
    ax = figure.subplots()
    ConfusionMatrixDisplay.from_predictions(
        clips.target[clips.split == "test"],
        row["predicted"],
        labels=clips.target_names,
        cmap="cividis",
        colorbar=False,  # the numbers are in the cells
        ax=ax,
    )
    ax.set(title=f"{name}, test clips", xlabel="predicted word", ylabel="spoken word")
    return figure


# %%
# The word on disk
# ----------------
# A saved pipeline is complete. With `LoadAudio` before it, it listens to sound files.


def listen(pipeline_file, sound_file):
    """Print the three most probable words of a sound file."""
    words = make_pipeline(LoadAudio(), joblib.load(pipeline_file))
    probabilities = words.predict_proba([sound_file])[0]
    for k in np.argsort(probabilities)[:-4:-1]:
        print(f"  {words.classes_[k]:8s}{probabilities[k]:7.1%}")


def main():
    parser = argparse.ArgumentParser(description="Train a CNN and a GRU on words.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("demo"))
    parser.add_argument("--epochs", type=int, default=12, help="passes over the clips")
    parser.add_argument(
        "--synthetic",
        type=int,
        metavar="N_CLIPS_PER_WORD",
        help="use synthetic words even where the recordings are present",
    )
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs needs 1 or more")
    if arguments.synthetic is not None and arguments.synthetic < 10:
        parser.error("--synthetic needs 10 clips a word or more, to test on some")
    folder = arguments.folder
    if folder.exists() and not folder.is_dir():
        parser.error(f"{folder} is a file, but must be a folder, or absent")
    folder.mkdir(parents=True, exist_ok=True)

    clips, source = load_clips(arguments.synthetic)
    n_train, n_test = ((clips.split == part).sum() for part in ("train", "test"))
    print(
        f"{len(clips.target_names)} words, {source}: {n_train:,} clips to train and "
        f"{n_test:,} of other speakers to test."
    )
    draw_spectrograms(clips).savefig(folder / "spectrograms.png", dpi=100)

    pipelines, rows = train_and_test(clips, arguments.epochs)
    print_table(rows)
    best = max(rows, key=lambda name: rows[name]["accuracy"])
    draw_learning_curves(pipelines).savefig(folder / "learning_curves.png", dpi=100)
    draw_confusion_matrix(clips, best, rows[best]).savefig(
        folder / "confusion_matrix.png", dpi=100
    )

    word = str(clips.target_names[-1])
    joblib.dump(pipelines[best], folder / "words.joblib")
    soundfile.write(
        folder / "word.wav", clips.data[typical_clip(clips, word)], clips.sr
    )
    print(f"\nThe saved {best} hears in {folder / 'word.wav'}, which says {word!r}:")
    listen(folder / "words.joblib", folder / "word.wav")
    print(f"\nPictures and the saved pipeline are in {folder}.")


if __name__ == "__main__":
    main()
