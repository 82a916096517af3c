"""
==================================================
From a CNN to a GRU: why it failed, and what works
==================================================

Somebody took `TensorFlow's audio tutorial
<https://www.tensorflow.org/tutorials/audio/simple_audio>`_, whose CNN tells eight
words apart, put GRUs in the CNN's place, and asked `why the accuracy is very low and
the training very slow <https://datascience.stackexchange.com/q/87619>`_. A recurrent
network ought to suit sound, and it does. In short:

- The accuracy was low because of a dropout of .8 after every layer. Everything else
  that one may object to costs points, or nothing, but not the whole result.
- The training was slow because a GRU takes one step after the other, and here were two
  of them with dozens of steps each.

Here are the changes from the asker's network to `KerasGRUClassifier`, one a row, each
on top of those before. The words are real ones, of speakers whom the networks have not
heard; the figures are those of ``benchmarks/conversion.py``.

.. results:: conversion

The default and the preset have changed a little since; :doc:`/performance` says how.

The rest of the page takes the changes one by one.
"""

# %%
# The networks
# ------------
# In skkws both are sets of arguments: `TUTORIAL_CNN`, whose spectrograms are resized to
# 32 x 32 pixels, and `ASKERS_GRU`.

import json
from pathlib import Path

import keras
import librosa
import matplotlib.pyplot as plt
import numpy as np
from sklearn.pipeline import make_pipeline

import skkws
from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import ASKERS_GRU, TUTORIAL_SPECTROGRAM
from skkws.datasets import make_spoken_words
from skkws.plots import SpectrogramDisplay

for name, value in ASKERS_GRU.items():
    print(f"{name:25s}{value}")

# %%
# The pictures that follow are of the networks of the table. Their figures are in the
# checkout of skkws, in the file that ``benchmarks/conversion.py`` has written.

file = Path(skkws.__file__).parents[1] / "benchmarks" / "results" / "conversion.json"
measured = json.loads(file.read_text(encoding="utf-8"))["figures"]
rows = measured["rows"]
LINES = [("#000000", "-"), ("#D55E00", "--"), ("#0072B2", ":"), ("#009E73", "-.")]


def draw(ax, names, key, x=None):
    """Draw the list that rows have under a key, a line a row."""
    for name, (colour, style) in zip(names, LINES, strict=False):
        values = rows[name][key]
        own = np.arange(1, len(values) + 1) if x is None else x
        ax.plot(own, values, style, color=colour, linewidth=2, label=name)
    ax.set_ylim(0, 1)
    ax.grid(alpha=0.3)


# %%
# Dropout of .8
# -------------
# After each layer, the asker's network forgets 80 % of what it has computed, at random:
# between the input and the decision, it does so four times. What is left is mostly
# noise. Dropout helps against overfitting, that is, where accuracy is high in training
# and lower in validation. Here it is low in both. (In training, these networks are
# judged by frames, and with dropout; in validation by clips, and without.)

asker, less_dropout, logits = list(rows)[1:4]
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, key in zip(axes, ["training_by_epoch", "validation_by_epoch"], strict=True):
    draw(ax, [asker, less_dropout, logits], key)
    ax.set(xlabel="Epoch", title=key.split("_")[0].capitalize())
axes[0].set_ylabel("Accuracy")
axes[0].legend(loc="upper left", fontsize="small")

# %%
# A sigmoid where the loss expects logits
# ---------------------------------------
# The last layer had a sigmoid, and the loss was told ``from_logits=True``. It applies a
# softmax to numbers between 0 and 1, so that even the surest network cannot say more
# than this:

sure = np.zeros(8)
sure[3] = 1  # the sigmoid's output: 1 for one word, 0 for the seven others
highest = np.exp(sure).max() / np.exp(sure).sum()
print(f"highest probability: {highest:.2f}")
print(f"lowest loss: {-np.log(highest):.2f}")

# %%
# The loss cannot fall below that, and the nearer a score comes to 0 or 1, the smaller
# becomes the sigmoid's gradient. Leave the last layer linear and keep
# ``from_logits=True``, or make it a softmax and remove ``from_logits=True``.
#
# A decision at every frame
# -------------------------
# The labels were repeated, so that the network had to name the word at each of 55
# steps, from the first on, when nothing has been said yet. It cannot, and is punished
# for it; and the accuracy that Keras reports is that of all steps. Below, each step
# stands where the last sample is that it has heard.

framewise = [name for name in rows if "test_by_frame" in rows[name]]
steps = np.arange(len(rows[asker]["test_by_frame"]))
# The convolution spans 15 frames and moves on by 2; frames are 128 samples apart.
heard = ((2 * steps + 14) * 128 + 255) / 16000
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
draw(ax, framewise, "test_by_frame", heard)
ax.axhline(1 / 8, color="gray", linewidth=1)
ax.text(0.02, 1 / 8, "guess", va="bottom", color="gray")
ax.set(
    title="Accuracy over the clip, step by step",
    xlabel="Time (s)",
    ylabel="Accuracy of the step's decision",
    xlim=(0, 1),
)
ax.legend(loc="upper left", fontsize="small")

# %%
# One decision a clip is what is wanted: from the mean of all steps, from the last one
# (``return_sequences=False``), or, as in `KerasGRUClassifier`, from a mean in which
# each step has a weight of its own (attention). By the table, that alone makes no clip
# easier: the mean of all steps' decisions had been the clip's before. But now the
# network is trained for what it is asked, and the accuracy that Keras reports is that
# of clips.
#
# Logarithm and normalisation
# ---------------------------
# The magnitudes of a spectrogram span many powers of ten. In the raw ones a network
# sees little but the loudest vowels. In their logarithms, normalised, it sees
# consonants too, here the "s" and the "t", and loud and quiet recordings alike. In the
# table the two alone gain nothing, in a network that has a batch normalisation behind
# its first layer anyway; with mel bins, the next row, they do.

words = make_spoken_words(n_clips_per_word=75, n_speakers=75, random_state=0)
clip = words.data[words.target == "stop"][6]
raw = make_pipeline(LogSpectrogram(**TUTORIAL_SPECTROGRAM))
ours = make_pipeline(LogSpectrogram(), Normalize("clip"))
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for ax, stages, title in zip(
    axes, [raw, ours], ["magnitudes", "log-mel, normalised"], strict=True
):
    SpectrogramDisplay.from_estimator(stages, clip, ax=ax)
    ax.set_title(f"“stop”: {title}")

# %%
# Mel bins also make the input smaller: 40 numbers a frame in place of 129.
#
# Why it was slow
# ---------------
# A GRU computes one step after the other: no matter how many cores there are, the
# second step waits for the first. This is what an epoch costs with the same GRU when
# it is given each frame of a clip, every second one, and so on:

frames = measured["epoch_of_one_gru_by_frames"]
figure, ax = plt.subplots(figsize=(6.5, 3.2), layout="constrained")
ax.plot([int(n) for n in frames], list(frames.values()), "o-", color="#0072B2")
ax.set(
    title="What frames cost",
    xlabel="Frames that the GRU sees",
    ylabel=f"Time of an epoch\n({min(frames, key=int)} frames = 1)",
)
ax.set_ylim(0)
ax.grid(alpha=0.3)

# %%
# So the frames are made fewer before the GRU comes: convolutions with strides turn 98
# of them into 25. Convolutions over frames *and* bins take time of their own, but are
# worth it: voices differ in pitch, and to such a convolution a pattern that lies a
# little higher is the same pattern. And one GRU that reads the clip in both directions
# does what two in a row did, with half the units and no batch normalisation between
# them.

figure, ax = plt.subplots(figsize=(8, 4), layout="constrained")
ratios = [row["epoch_time_ratio"] for row in rows.values()]
ax.barh(range(len(rows)), ratios, color="#56B4E9")
ax.set_yticks(range(len(rows)), rows, fontsize="small")
ax.invert_yaxis()
ax.axvline(1, color="black", linewidth=1)
ax.set(title="What each network costs", xlabel="Time of an epoch (tutorial CNN = 1)")

# %%
# How it learns
# -------------
# The last changes are to how the network is trained: a learning rate that rises and
# falls, more epochs, smoothed labels, and clips that are warped, masked and mixed anew
# in every epoch. More epochs take more time, so that a fit of the default takes longer
# than the tutorial's. `FAST_GRU`, the last row, is the one that is both more accurate
# and faster: besides its channels and epochs, it has fewer frames left after the
# convolutions, larger batches, a higher learning rate and only the augmentations that
# cost little.

first, *_, scheduled, augmented, fast = rows
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
draw(ax, [first, scheduled, augmented, fast], "validation_by_epoch")
ax.set_ylim(0.5, 1)
ax.set(title="Learning curves", xlabel="Epoch", ylabel="Accuracy in validation")
ax.legend(loc="lower right", fontsize="small")

# %%
# Try it
# ------
# On a few words that a synthesiser speaks, with the same number of epochs for each.
# With so few clips, the repaired network, as large as the asker's, is far from done;
# with the same clips and epochs, ours gets further.

train, test = words.split == "train", words.split != "train"
print(f"{train.sum()} clips to learn from")
repaired = {
    **ASKERS_GRU,
    "conv_dropout": 0.2,
    "dropout": 0.2,
    "output_activation": None,
    "pooling": "average",
}
same = {"epochs": 15, "batch_size": 32, "random_state": 0}
for name, stages, arguments in [
    ("the asker's GRU", raw, ASKERS_GRU),
    ("repaired", raw, repaired),
    ("repaired, log-mel", ours, repaired),
    ("KerasGRUClassifier()", ours, {}),
]:
    model = make_pipeline(*stages, KerasGRUClassifier(**{**arguments, **same}))
    model.fit(words.data[train], words.target[train])
    print(f"{name:28s}{model.score(words.data[test], words.target[test]):.3f}")

# %%
# In plain Keras
# --------------
# Whoever wants to stay with Keras makes the same changes there, here with librosa's
# mel spectrogram. With so few clips, there are few batches, too few for the means that
# a batch normalisation keeps for prediction: with its default ``momentum`` of .99 they
# are still on their way when training ends, and much of the accuracy is lost.

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.layers.Conv2D(16, 5, strides=2, activation="relu"),
        keras.layers.BatchNormalization(momentum=0.9),
        keras.layers.Conv2D(32, 5, strides=2, activation="relu"),
        keras.layers.BatchNormalization(momentum=0.9),
        keras.layers.Reshape((-1, 7 * 32)),  # frames, 22 of them
        keras.layers.Dropout(0.2),  # not .8
        keras.layers.Bidirectional(keras.layers.GRU(64)),  # its last states alone
        keras.layers.Dropout(0.2),
        keras.layers.Dense(8),  # no sigmoid
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
mel = librosa.feature.melspectrogram(
    y=words.data / 32768, sr=16000, n_fft=512, hop_length=160, n_mels=40, center=False
)
X = np.log(mel + 1e-6).swapaxes(1, 2)[..., np.newaxis]  # clips, frames, bins, one
X = (X - X.mean(axis=(1, 2), keepdims=True)) / X.std(axis=(1, 2), keepdims=True)
_, y = np.unique(words.target, return_inverse=True)  # one label a clip, not 55
model.fit(X[train], y[train], batch_size=32, epochs=15, verbose=0)
loss, accuracy = model.evaluate(X[test], y[test], verbose=0)
print(f"{'plain Keras, repaired':28s}{accuracy:.3f}")

# %%
# With skkws it is a Pipeline of two transformers and a classifier:
# :ref:`sphx_glr_auto_examples_plot_1_first_model.py`.
