"""
======================================
Spotting words in a long recording
======================================

A classifier of clips always hears something. In a recording of minutes most windows
hold no word at all, and what matters are two numbers: how many words are missed, and
how many false alarms there are an hour. This page trains a spotter, listens to a
recording of known content, and chooses thresholds for a rate of false alarms that one
can live with.
"""

# %%
# Words, and what is none
# -----------------------
# Two words are to be spotted. Other words are the class ``_unknown_``, and noise is the
# class ``_silence_``: a spotter rejects both.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline

from skkws import (
    AddNoise,
    KerasGRUClassifier,
    KeywordSpotter,
    LogSpectrogram,
    Normalize,
)
from skkws.classifiers import FAST_GRU
from skkws.datasets import make_spoken_words
from skkws.plots import DetectionDisplay, DetectionErrorDisplay
from skkws.spotting import false_alarms_per_hour, latencies, make_recording, miss_rate

WORDS = ["computer", "stop"]
OTHERS = ["come here", "compute it", "shop", "step", "yesterday", "no thanks", "water"]


def make_noise(seconds, rng, sr=16000):
    """Return noise that falls by 3 dB an octave, as int16."""
    spectrum = np.fft.rfft(rng.normal(size=int(seconds * sr)))
    spectrum /= np.sqrt(np.arange(len(spectrum)) + 10)
    samples = np.fft.irfft(spectrum)
    return (3000 * samples / np.abs(samples).max()).astype(np.int16)


rng = np.random.default_rng(0)
spoken = make_spoken_words(
    WORDS + OTHERS, n_clips_per_word=252, n_speakers=84, random_state=0
)
target = np.where(np.isin(spoken.target, WORDS), spoken.target, "_unknown_")
# Of each of the seven other words a third is plenty.
kept = (target != "_unknown_") | (rng.random(len(target)) < 1 / 3)
# A third of the voices to learn from, one to choose thresholds with, one to test on.
data, target, speaker = spoken.data[kept], target[kept], spoken.speaker[kept]
thirds = GroupKFold(3).split(data, groups=speaker)
train, tuning_part, test_part = (rows for _, rows in thirds)
silence = make_noise(60, rng).reshape(60, -1)

X = np.concatenate([data[train], silence])
y = np.concatenate([target[train], np.full(len(silence), "_silence_")])
print({name: int((y == name).sum()) for name in np.unique(y).tolist()})

# %%
# A Pipeline becomes a spotter
# ----------------------------
# `KeywordSpotter` slides a window of a clip's length over a recording, ten times a
# second. Its ``fit`` does not only pass the clips on: it shows each word as the window
# will, off the middle, and shows words that are cut off as no word. `AddNoise` acts in
# ``fit`` alone, as :ref:`sphx_glr_auto_examples_plot_4_noise.py` shows.

words = make_pipeline(
    AddNoise([make_noise(60, rng)], snr=(0, 20), random_state=0),
    LogSpectrogram(),
    Normalize("clip"),
    KerasGRUClassifier(**{**FAST_GRU, "batch_size": 64}, random_state=0),
)
spotter = KeywordSpotter(words, random_state=0)
spotter.fit(X, y)
print(spotter.words_, f"reported {spotter.delay_:.2f} s after the end of a window")

# %%
# Recordings of known content
# ---------------------------
# `make_recording` places clips at known times in noise, which is louder than the words
# by 3 dB here. One recording is for choosing thresholds, another, of other voices, for
# the outcome. Each lasts twenty minutes.


def record(rows, random_state):
    return make_recording(
        data[rows],
        target[rows],
        duration=20 * 60,
        noise=[make_noise(30, rng)],
        snr=-3,
        random_state=random_state,
    )


tuning, test = record(tuning_part, 1), record(test_part, 2)
print(f"{len(test.truth)} words to spot in {test.duration:.0f} s, the first ones:")
for word, start, end in test.truth[:3]:
    print(f"{start:7.2f} to {end:6.2f} s  {word}")

# %%
# What the spotter hears
# ----------------------
# The first minute: the recording, the scores of the words over time, which are
# probabilities averaged over neighbouring windows, what was heard and what was said. A
# detection is a peak over the threshold.

figure, axes = plt.subplots(
    2, sharex=True, figsize=(9, 5), height_ratios=(1, 1.6), layout="constrained"
)
DetectionDisplay.from_estimator(
    spotter, test.data, truth=test.truth, duration=60, axes=axes
)
axes[0].set_title("The first minute")

# %%
# Misses against false alarms
# ---------------------------
# Every threshold is a compromise. The curve shows all of them; the lower left corner is
# where one wants to be. In twenty minutes a single false alarm counts as 3 an hour: to
# speak of one an hour, take recordings of hours.

figure, ax = plt.subplots(figsize=(6, 4), layout="constrained")
DetectionErrorDisplay.from_estimator(
    spotter, test.data, test.truth, name="one threshold for both words", ax=ax
)
ax.set_title("Misses against false alarms")

# %%
# A threshold for each word
# -------------------------
# ``tune`` spends the false alarms that are allowed, here 20 an hour, where they let the
# most words of its recording through, as far as they are enough to tell the words
# apart. The outcome is that of another recording, of other voices. Twenty minutes allow
# six false alarms, which fix a rate only roughly: tune on hours in earnest.


def judge(name):
    heard = spotter.detect(test.data)
    rate = false_alarms_per_hour(test.truth, heard, test.duration)
    late = np.median(latencies(test.truth, heard, spotter.delay_))
    print(
        f"{name:22s}missed {miss_rate(test.truth, heard):5.1%}, "
        f"{rate:4.0f} false alarms an hour, reported {late:.2f} s after the word"
    )


judge("threshold 0.5")
spotter.tune([tuning.data], [tuning.truth], false_alarms_per_hour=20)
judge("tuned")
print({word: round(value, 2) for word, value in spotter.thresholds_.items()})

# %%
# The two lines show the exchange: fewer false alarms for more words that are missed, or
# the reverse, whichever the rate that was asked for demands.

# %%
# The same, live
# --------------
# A stream takes chunks of any length and finds exactly what ``detect`` finds.

minute = test.data[: 60 * test.sr]
with spotter.stream() as stream:
    live = [
        found for chunk in np.array_split(minute, 77) for found in stream.push(chunk)
    ]
    live += stream.close()
print(live == spotter.detect(minute), len(live), "detections in the first minute")
