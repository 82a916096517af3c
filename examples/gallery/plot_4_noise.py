"""
======================
Words in noise
======================

A model that has learnt from quiet recordings may fail in a kitchen. Noise in the
training clips helps, and there are two places to put it: into the waveforms, once, with
`AddNoise`, or into the spectrograms, anew in every epoch, with `NoiseFloor`. This page
compares both with no noise at all, at signal-to-noise ratios from 20 down to -5 dB.
"""

# %%
# Words from quiet rooms
# ----------------------
# All clips have little noise of their own, 30 to 50 dB under the word. The noise of the
# test is not that of the training: it is filtered otherwise, so that nothing is gained
# by learning it by heart.

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from sklearn.pipeline import make_pipeline

from skkws import AddNoise, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU, NoiseFloor, SpecAugment, TimeShift
from skkws.datasets import make_spoken_words

clips = make_spoken_words(
    ["on", "off", "up", "down", "left", "right"],
    n_clips_per_word=120,
    n_speakers=120,
    snr=(30, 50),
    random_state=0,
)
train, test = clips.split == "train", clips.split == "test"


def make_noise(coefficients, random_state):
    """Return thirty seconds of filtered noise, its peak at 1."""
    white = np.random.default_rng(random_state).normal(size=30 * clips.sr)
    noise = lfilter([1.0], coefficients, white)
    return noise / np.abs(noise).max()


rumble, hiss = make_noise([1, -0.95], 0), make_noise([1, 0.5], 1)
babble_like = make_noise([1, -1.6, 0.8], 2)

# %%
# Three models that differ in one thing
# -------------------------------------
# `AddNoise` acts in ``fit`` alone: in ``predict`` it hands the clips on as they are.
# `NoiseFloor` is an augmentation of the classifier and needs no recordings of noise.

ALWAYS = [TimeShift(), SpecAugment()]


def words(noise=None, augment=ALWAYS):
    settings = {**FAST_GRU, "batch_size": 32, "augment": augment}
    return make_pipeline(
        AddNoise(noise, snr=(-5, 20), random_state=0),
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(**settings, random_state=0),
    )


models = {
    "quiet training": words(),
    "NoiseFloor": words(augment=[*ALWAYS, NoiseFloor()]),
    "AddNoise": words(noise=[rumble, hiss]),
}
for model in models.values():
    model.fit(clips.data[train], clips.target[train])

# %%
# Accuracy against the noise
# --------------------------
# The test clips are those of other speakers, with noise that no model has heard.

RATIOS = [-5, 0, 5, 10, 15, 20]


def noisy(ratio):
    adding = AddNoise([babble_like], snr=(ratio, ratio), share=1, random_state=1)
    return adding.fit_transform(clips.data[test])


scores = {name: [] for name in models}
for ratio in RATIOS:
    X = noisy(ratio)
    for name, model in models.items():
        scores[name].append(model.score(X, clips.target[test]))
for name, values in scores.items():
    print(f"{name:16s}{np.round(values, 2)}")

STYLES = {
    "quiet training": {"color": "#000000", "marker": "x", "linestyle": ":"},
    "NoiseFloor": {"color": "#0072B2", "marker": "s", "linestyle": "--"},
    "AddNoise": {"color": "#D55E00", "marker": "o", "linestyle": "-"},
}
figure, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
for name, values in scores.items():
    ax.plot(RATIOS, values, label=name, **STYLES[name])
ax.axhline(1 / 6, color="grey", linewidth=1)
ax.annotate(
    "chance", (20, 1 / 6), xytext=(0, 3), textcoords="offset points", ha="right"
)
ax.set(xlabel="signal-to-noise ratio (dB)", ylabel="accuracy", ylim=(0, 1.02))
ax.grid(alpha=0.3)
ax.legend()

# %%
# In quiet rooms
# --------------
# What the noise in the training costs where there is none, if anything:

for name, model in models.items():
    print(f"{name:16s}{model.score(clips.data[test], clips.target[test]):.3f}")

# %%
# What to do
# ----------
# - Record a few minutes of the place where the model is to work, and give them to
#   `AddNoise`. `fetch_background_noise` has six recordings to begin with.
# - From 1,000 clips on, ``augment="auto"``, the default, has `NoiseFloor` in it.
# - `AddNoise` draws once a fit, `NoiseFloor` once an epoch. The two can be combined.
