"""
======================
Words in noise
======================

A model that has learnt from quiet recordings may fail in a kitchen. There are two
places to put noise into the training: into the waveforms, once, with `AddNoise`, or
into the spectrograms, anew in every epoch, with `NoiseFloor`. This page compares both
with no noise at all, at signal-to-noise ratios from 20 down to -5 dB, and in quiet,
where noise in the training may cost accuracy.
"""

# %%
# Words from quiet rooms
# ----------------------
# All clips have little noise of their own, 30 to 50 dB under the word. The noise of the
# test, a resonance, is not that of the training: it is filtered differently, so that
# nothing is gained by learning it by heart.

import matplotlib.pyplot as plt
import numpy as np
from scipy.signal import lfilter
from sklearn.base import clone
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
train = clips.split == "train"
X_train, y_train = clips.data[train], clips.target[train]
X_test, y_test = clips.data[~train], clips.target[~train]
print(f"{len(X_train)} clips to learn from, {len(X_test)} of other speakers to test on")


def make_noise(coefficients, random_state):
    """Return thirty seconds of filtered noise, its peak at 1."""
    white = np.random.default_rng(random_state).normal(size=30 * clips.sr)
    noise = lfilter([1.0], coefficients, white)
    return noise / np.abs(noise).max()


rumble, hiss = make_noise([1, -0.95], 0), make_noise([1, 0.5], 1)
resonance = make_noise([1, -1.6, 0.8], 2)

# %%
# How loud that is in a spectrogram
# ---------------------------------
# `NoiseFloor` knows no decibels. It counts levels in standard deviations from the mean
# of a spectrogram, and stops at 0, the mean, unless told otherwise. This is where the
# noise of the training lies on that scale, on average:

RATIOS = [-5, 0, 5, 10, 15, 20]


def noisy(X, noise, ratio):
    adding = AddNoise(noise, snr=(ratio, ratio), share=1, random_state=1)
    return adding.fit_transform(X)


front_end = LogSpectrogram()
spectrograms = front_end.transform(X_train)
means, deviations = spectrograms.mean(axis=(1, 2)), spectrograms.std(axis=(1, 2))
for ratio in RATIOS:
    added = noisy(X_train, [rumble, hiss], ratio) - AddNoise().transform(X_train)
    levels = (front_end.transform(added).mean(axis=(1, 2)) - means) / deviations
    print(f"{ratio:3d} dB: level {levels.mean():.1f}")

# %%
# All of it is above the mean: in a quiet clip most frames are silence. `NoiseFloor` as
# it comes is meant for recordings with more noise of their own, and does not go as far
# up. So two of them are compared, one as it comes, and one up to a level of 2.
#
# Four models that differ in one thing
# ------------------------------------
# `AddNoise` acts in ``fit`` alone: in ``predict`` it hands the clips on as they are.
# `NoiseFloor` is an augmentation of the classifier and needs no recordings of noise.

ALWAYS = [TimeShift(), SpecAugment()]


def words(noise=None, augment=ALWAYS):
    settings = {**FAST_GRU, "batch_size": 32, "augment": augment}
    return make_pipeline(
        AddNoise(noise, snr=(-5, 20), random_state=0),
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(**settings),
    )


models = {
    "quiet training": words(),
    "NoiseFloor()": words(augment=[*ALWAYS, NoiseFloor()]),
    "NoiseFloor(max_level=2)": words(augment=[*ALWAYS, NoiseFloor(max_level=2.0)]),
    "AddNoise": words(noise=[rumble, hiss]),
}

# %%
# Accuracy against the noise
# --------------------------
# Each model learns twice, from other random numbers, as two fits of one model differ,
# too. The lines are means, the small points are the fits.

SEEDS = [0, 1]
tests = [X_test, *(noisy(X_test, [resonance], ratio) for ratio in RATIOS)]
scores = {}
for name, model in models.items():
    scores[name] = np.empty((len(SEEDS), len(tests)))
    for i, seed in enumerate(SEEDS):
        fitted = clone(model).set_params(kerasgruclassifier__random_state=seed)
        fitted.fit(X_train, y_train)
        scores[name][i] = [fitted.score(X, y_test) for X in tests]

STYLES = {
    "quiet training": {"color": "#000000", "marker": "x", "linestyle": ":"},
    "NoiseFloor()": {"color": "#0072B2", "marker": "s", "linestyle": "--"},
    "NoiseFloor(max_level=2)": {"color": "#009E73", "marker": "^", "linestyle": "-."},
    "AddNoise": {"color": "#D55E00", "marker": "o", "linestyle": "-"},
}
figure, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
for name, fits in scores.items():
    style = STYLES[name]
    ax.plot(RATIOS, fits[:, 1:].mean(axis=0), label=name, **style)
    points = {**style, "linestyle": "", "markersize": 4, "alpha": 0.6}
    ax.plot(np.tile(RATIOS, len(SEEDS)), fits[:, 1:].ravel(), **points)
ax.axhline(1 / 6, color="grey", linewidth=1)
ax.annotate(
    "chance", (20, 1 / 6), xytext=(0, 3), textcoords="offset points", ha="right"
)
ax.set(
    title="Accuracy against the noise",
    xlabel="Signal-to-noise ratio (dB)",
    ylabel="Accuracy",
    ylim=(0, 1.02),
)
ax.grid(alpha=0.3)
ax.legend()

# %%
# What it gains in noise, and costs in quiet
# ------------------------------------------
# The same as means, with the test clips as they are in the first column:

print(" " * 24 + "  quiet" + "".join(f"{ratio:4d} dB" for ratio in RATIOS))
for name, fits in scores.items():
    print(f"{name:24s}" + "".join(f"{mean:7.2f}" for mean in fits.mean(axis=0)))

# %%
# `NoiseFloor` as it comes, with less noise than there is in most of the test, helps
# where that is moderate. Up to a level of 2 it helps about as much as `AddNoise`, which
# knows noise from a recording, and is the one that costs words in quiet. In the loudest
# noise, all guess.
#
# What to do
# ----------
# - Record a few minutes of the place where the model is to work, and give them to
#   `AddNoise`. `fetch_background_noise` has six recordings to begin with.
# - Test in noise and in quiet: where noise is rare, the loss in quiet may weigh more
#   than the gain. A smaller ``share`` or higher ratios may cost less.
# - Without recordings of noise, compare its level with that of `NoiseFloor`, as above.
#   From 1,000 clips on, ``augment="auto"``, the default, has `NoiseFloor` in it, up to
#   level 0.
# - `AddNoise` draws once a fit, `NoiseFloor` once an epoch. The two can be combined.
