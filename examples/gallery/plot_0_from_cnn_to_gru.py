"""
==================================================
From a CNN to a GRU: why it failed, and what works
==================================================

Somebody took `TensorFlow's audio tutorial
<https://www.tensorflow.org/tutorials/audio/simple_audio>`_, whose CNN tells eight
words apart, put GRUs in the CNN's place, and asked `why the accuracy is very low and
the training very slow <https://datascience.stackexchange.com/q/87619>`_. A recurrent
network ought to suit sound, and it does. The causes were three lines of the network,
what it was fed with, and the number of steps that it had to take.

Here are all changes from the asker's network to `KerasGRUClassifier`, one a row, each
on top of those before. The words are real ones, of speakers whom the networks have not
heard.

.. results:: conversion

The rest of the page takes the changes one by one.
"""

# %%
# The networks
# ------------
# Both are a set of arguments: `TUTORIAL_CNN`, whose spectrograms are resized to 32 x 32
# pixels, and `ASKERS_GRU`.

import json
from pathlib import Path

import keras
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
# The figures of this page are those of the table. They stand in a file that came out of
# ``benchmarks/conversion.py``.

file = Path(skkws.__file__).parents[1] / "benchmarks" / "results" / "conversion.json"
measured = json.loads(file.read_text(encoding="utf-8"))["figures"]
rows = measured["rows"]
COLOURS = ["#000000", "#D55E00", "#E69F00", "#009E73", "#56B4E9", "#0072B2", "#CC79A7"]
STYLES = ["-", "--", ":", "-."]


def draw(ax, names, key, scale=1):
    """Draw the list that rows have under a key, a line a row."""
    for i, name in enumerate(names):
        values = rows[name][key]
        x = scale * np.arange(1, len(values) + 1)
        style = STYLES[i % len(STYLES)]
        ax.plot(x, values, style, color=COLOURS[i], linewidth=2, label=name)
    ax.set_ylim(0, 1)
    ax.grid(alpha=0.3)


# %%
# Dropout of .8
# -------------
# After each layer, the asker's network forgets 80 % of what it has computed, at random:
# between the input and the decision, it does so four times. What is left is mostly
# noise. Accuracy stays low in training as in validation: that is not overfitting, the
# only thing that dropout is good for. A dropout of .2 is the largest single step
# of the table.

asker, less_dropout, logits, one_decision, front_end, *_ = list(rows)[1:]
figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True, layout="constrained")
for ax, key in zip(axes, ["training_by_epoch", "validation_by_epoch"], strict=True):
    draw(ax, [asker, less_dropout, logits], key)
    ax.set(xlabel="Epoch", title=key.split("_")[0].capitalize())
axes[0].set_ylabel("Accuracy")
axes[0].legend(loc="lower right", fontsize="small")

# %%
# A sigmoid where the loss expects logits
# ---------------------------------------
# The last layer had a sigmoid, and the loss was told ``from_logits=True``. It applies a
# softmax to numbers between 0 and 1, so that even the surest network cannot say more
# than this:

scores = np.zeros(8)
scores[3] = 1  # the sigmoid is sure: 1 for one word, 0 for the seven others
print(f"highest probability: {np.exp(scores).max() / np.exp(scores).sum():.2f}")
print(f"lowest loss: {-np.log(np.exp(1) / (np.exp(1) + 7)):.2f}")

# %%
# The loss cannot fall below that, and the nearer a score comes to 0 or 1, the smaller
# becomes the sigmoid's gradient. Leave the last layer linear (and keep
# ``from_logits=True``), or make it a softmax (and drop it).
#
# A decision at every frame
# -------------------------
# The labels were repeated, so that the network had to name the word at each of 55
# frames, from the first on, when nothing has been said yet. It cannot, and is punished
# for it. A frame early in the clip is right about as often as a guess; accuracy over
# all frames, which is what Keras reports, is a mean of that and of the later ones.

framewise = [name for name in rows if "test_by_frame" in rows[name]]
seconds = 2 * 128 / 16000  # between two frames, behind strides of 2
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
draw(ax, framewise, "test_by_frame", seconds)
ax.axhline(1 / 8, color="gray", linewidth=1)
ax.text(0.99, 1 / 8, "guess", ha="right", va="bottom", color="gray")
ax.set(xlabel="Time in the clip in s", ylabel="Accuracy of the frame's decision")
ax.set_xlim(0, 1)
ax.legend(loc="upper left", fontsize="small")

# %%
# One decision a clip is what is wanted: of the mean of all frames, of the last one
# (``return_sequences=False``), or, as in `KerasGRUClassifier`, of a mean in which each
# frame has a weight of its own (attention).
#
# Logarithm and normalisation
# ---------------------------
# The magnitudes of a spectrogram span many powers of ten. In the raw ones a network
# sees little but the loudest vowels; in decibels or logarithms, and normalised, it sees
# consonants too, and loud and quiet recordings alike.

words = make_spoken_words(n_clips_per_word=75, n_speakers=75, random_state=0)
clip = words.data[words.target == "stop"][6]
raw = make_pipeline(LogSpectrogram(**TUTORIAL_SPECTROGRAM))
ours = make_pipeline(LogSpectrogram(), Normalize("clip"))
figure, axes = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
for ax, stages, title in zip(
    axes,
    [raw, ours],
    ["magnitudes", "logarithm of 40 mel bins, normalised"],
    strict=True,
):
    SpectrogramDisplay.from_estimator(stages, clip, ax=ax)
    ax.set_title(f"“stop”: {title}")

# %%
# Mel bins also make the input smaller: 40 numbers a frame in place of 129.
#
# Why it was slow
# ---------------
# A GRU computes one frame after the other: no matter how many cores there are, the
# second frame waits for the first. Its time grows with the number of frames, and hardly
# with that of bins. This is what an epoch costs with the same GRU, when a clip is cut
# into more or fewer frames:

frames = measured["epoch_of_one_gru_by_frames"]
figure, axes = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
axes[0].plot([int(n) for n in frames], list(frames.values()), "o-", color="#0072B2")
axes[0].set(
    xlabel="Frames that the GRU sees",
    ylabel=f"Time of an epoch, {min(map(int, frames))} frames = 1",
)
axes[0].set_ylim(0)
axes[0].grid(alpha=0.3)
ratios = [row["epoch_time_ratio"] for row in rows.values()]
axes[1].barh(range(len(rows)), ratios, color="#56B4E9")
axes[1].set_yticks(range(len(rows)), rows, fontsize="x-small")
axes[1].invert_yaxis()
axes[1].axvline(1, color="black", linewidth=1)
axes[1].set_xlabel("Time of an epoch, tutorial CNN = 1")

# %%
# So the frames are made fewer before the GRU comes: convolutions with strides turn 98
# of them into 25. Over frames *and* bins, they cost more time than the GRU saves, but
# are worth it: voices differ in pitch, and to such a convolution a pattern that lies a
# little higher is the same pattern. One GRU that reads the clip in both directions then
# does what two in a row did, in half the time.
#
# How it learns
# -------------
# The last row trains the same network otherwise: a learning rate that rises and falls,
# smoothed labels, and clips that are warped, masked and mixed anew in every epoch, for
# more epochs. It costs time, and is worth it.

last = list(rows)[-2:]
figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
draw(ax, [list(rows)[0], *last], "validation_by_epoch")
ax.set_ylim(0.5, 1)
ax.set(xlabel="Epoch", ylabel="Accuracy in validation")
ax.legend(loc="lower right", fontsize="small")

# %%
# Try it
# ------
# On spoken words of a synthesiser, which are easier than those of people, and with the
# same number of epochs for each:

train, test = words.split == "train", words.split != "train"
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
    ("without its three mistakes", raw, repaired),
    ("KerasGRUClassifier()", ours, {}),
]:
    model = make_pipeline(*stages, KerasGRUClassifier(**{**arguments, **same}))
    model.fit(words.data[train], words.target[train])
    print(f"{name:28s}{model.score(words.data[test], words.target[test]):.3f}")

# %%
# In plain Keras
# --------------
# Whoever wants to stay with Keras changes the same lines there:

keras.utils.set_random_seed(0)
model = keras.Sequential(
    [
        keras.layers.Conv1D(196, 15, strides=4),  # 28 steps of time, not 55
        keras.layers.BatchNormalization(),
        keras.layers.Activation("relu"),
        keras.layers.Dropout(0.2),  # not .8
        keras.layers.Bidirectional(keras.layers.GRU(64)),  # its last state alone
        keras.layers.Dropout(0.2),
        keras.layers.Dense(8),  # no sigmoid
    ]
)
model.compile(
    optimizer="adam",
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
X = np.log(raw.transform(words.data) + 1e-6)
X = (X - X[train].mean()) / X[train].std()
_, y = np.unique(words.target, return_inverse=True)  # one label a clip, not 55
model.fit(X[train], y[train], batch_size=32, epochs=15, verbose=0)
loss, accuracy = model.evaluate(X[test], y[test], verbose=0)
print(f"{'plain Keras, repaired':28s}{accuracy:.3f}")

# %%
# With skkws it is three transformers and a classifier:
# :ref:`sphx_glr_auto_examples_plot_1_first_model.py`.
