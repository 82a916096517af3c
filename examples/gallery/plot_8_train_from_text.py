"""
==================
Training from text
==================

There is a list of commands, and not one recording of them. A speech synthesiser can
speak the list in many voices, rooms and noises, and a model can learn from that. This
page does so, tells from the result which commands are too much alike, and says how far
such a model goes with people, and what a few recordings of them add.
"""

# %%
# From a list to clips
# --------------------
# `make_spoken_words` takes words and phrases as one writes them, in any language that
# eSpeak NG speaks (``language="de"``). Each clip has its own pitch, rate, place, room
# and noise; its length must hold the longest phrase. Other phrases stand for all that
# is no command.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import make_spoken_words
from skkws.plots import SpectrogramDisplay

COMMANDS = ["lights on", "lights off", "light song", "next song", "open door"]
OTHERS = ["good morning", "what time", "thank you", "not now", "on the door"]

spoken = make_spoken_words(
    COMMANDS + OTHERS,
    n_clips_per_word=100,
    n_speakers=100,
    duration=1.2,
    random_state=0,
)
y = np.where(np.isin(spoken.target, COMMANDS), spoken.target, "_unknown_")
print(spoken.data.shape, "of", len(np.unique(spoken.speaker)), "voices")

# %%
# One command in four voices:

front_end = make_pipeline(LogSpectrogram(), Normalize("clip"))
figure, axes = plt.subplots(1, 4, figsize=(10, 2.8), sharey=True, layout="constrained")
for ax, row in zip(axes, np.flatnonzero(y == "next song"), strict=False):
    display = SpectrogramDisplay.from_estimator(
        front_end, spoken.data[row], colorbar=False, vmin=-2, vmax=4, ax=ax
    )
    ax.set_title(spoken.speaker[row], fontsize="medium")
    ax.label_outer()
figure.colorbar(display.image_, ax=axes, label=display.value_label, extend="both")

# %%
# Train, and test on other voices
# -------------------------------

train, test = spoken.split == "train", spoken.split != "train"
model = make_pipeline(
    *front_end, KerasGRUClassifier(**{**FAST_GRU, "batch_size": 32}, random_state=0)
)
model.fit(spoken.data[train], y[train])
print(f"accuracy with new voices: {model.score(spoken.data[test], y[test]):.3f}")

figure, ax = plt.subplots(figsize=(5.5, 4.6), layout="constrained")
ConfusionMatrixDisplay.from_estimator(
    model,
    spoken.data[test],
    y[test],
    normalize="true",
    values_format=".2f",
    cmap="cividis",
    colorbar=False,
    xticks_rotation=30,
    ax=ax,
)
ax.set(xlabel="Predicted", ylabel="Spoken", title="Shares of each command's clips")

# %%
# What that tells: which commands are too much alike
# --------------------------------------------------
# No recording has been made yet, so a command costs nothing to change. The mean
# probability that one command gets when another is spoken shows which pair to change
# first.

probability = model.predict_proba(spoken.data[test])
confusions = [
    (probability[y[test] == command, column].mean(), command, str(heard))
    for command in COMMANDS
    for column, heard in enumerate(model.classes_)
    if heard in COMMANDS and heard != command
]
for mean, command, heard in sorted(confusions, reverse=True)[:4]:
    print(f"{command!r} is taken for {heard!r}: {mean:.3f}")

# %%
# How far it goes with people
# ---------------------------
# Synthetic voices are clearer than people, and more alike. The test that counts is on
# recordings: below, the eight words of the Mini Speech Commands, recorded by people
# who are in no training part, and models that have learnt from text, from recordings of
# a few other people, or from both. Recordings are one clip of each word and person.
#
# .. results:: from_text
#
# The preset has changed a little since; :doc:`/performance` says how.
#
# Once a few people have said the words, give both to ``fit``: here, a folder for each
# command that is named like it (``lights on``, with its space), and others for what is
# no command, in clips as long as the spoken ones. They are repeated until they are
# about as many:
#
# .. code-block:: python
#
#     from skkws.datasets import load_audio_folder
#
#     recorded = load_audio_folder("my_commands", unknown=["other"], duration=1.2)
#     n_times = max(len(y) // len(recorded.target), 1)
#     model.fit(
#         np.concatenate([spoken.data, *n_times * [recorded.data]]),
#         np.concatenate([y, *n_times * [recorded.target]]),
#     )
