"""
====================================
Evaluation without fooling yourself
====================================

A model of words is meant for people who did not record it. If clips are dealt out at
random, the same voices are in training and test, and the score says how well the model
knows those voices. This page measures the difference.

On real recordings, :doc:`/performance` has the same networks with both splits.
"""

# %%
# Twelve people, 32 clips of each
# -------------------------------
# Few people who speak often: this is what one's own first recordings look like, and
# where a random split misleads most.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import (
    GroupKFold,
    LearningCurveDisplay,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from skkws import MFCC, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import make_spoken_words

clips = make_spoken_words(
    ["on", "off", "up", "down"],
    n_clips_per_word=96,
    n_speakers=12,
    random_state=0,
)
print(f"{len(clips.data)} clips of {len(set(clips.speaker))} speakers")

# %%
# Two ways to deal them out
# -------------------------
# :class:`~sklearn.model_selection.StratifiedKFold` deals out clips,
# :class:`~sklearn.model_selection.GroupKFold` deals out speakers. Nothing else differs:
# same clips, same models, same number of folds.

splits = {
    "random": StratifiedKFold(4, shuffle=True, random_state=0),
    "by speaker": GroupKFold(4),
}


def stretched(cepstra, n_frames=20):
    """Cut each clip to its word, and stretch that to equally many frames."""
    words = []
    for clip in cepstra:
        loudness = clip[:, 0]
        middle = (np.percentile(loudness, 10) + loudness.max()) / 2
        loud = np.flatnonzero(loudness >= middle)
        rows = np.linspace(loud[0], loud[-1], n_frames).round().astype(int)
        words.append(clip[rows].ravel())
    return np.array(words)


models = {
    "MFCC + SVC": make_pipeline(
        LogSpectrogram(log="db"),
        MFCC(n_mfcc=20),
        FunctionTransformer(stretched),
        StandardScaler(),
        SVC(C=10),
    ),
    "GRU": make_pipeline(
        LogSpectrogram(),
        Normalize("clip"),
        KerasGRUClassifier(**{**FAST_GRU, "batch_size": 32}, random_state=0),
    ),
}
groups = {"random": None, "by speaker": clips.speaker}
scores = {
    (model, split): cross_val_score(
        models[model], clips.data, clips.target, groups=groups[split], cv=splits[split]
    )
    for model in models
    for split in splits
}
for (model, split), folds in scores.items():
    print(f"{model:12s}{split:12s}{folds.mean():.3f}  {np.round(folds, 3)}")

# %%
# The score by speaker is the one to report. Its folds also differ more: with few
# speakers in a fold it matters who they are. That spread is real, and the random split
# hides it.

COLOURS = {"random": "#0072B2", "by speaker": "#D55E00"}
MARKERS = {"random": "s", "by speaker": "o"}

figure, ax = plt.subplots(figsize=(6.5, 3.6), layout="constrained")
for k, model in enumerate(models):
    for j, split in enumerate(splits):
        folds = scores[model, split]
        y = k + 0.15 * (2 * j - 1)
        style = {"color": COLOURS[split], "marker": MARKERS[split], "linestyle": ""}
        label = split if k == 0 else None
        ax.plot(folds.mean(), y, markersize=14, fillstyle="none", label=label, **style)
        ax.plot(folds, np.full(len(folds), y), alpha=0.5, **style)
ax.set_yticks(range(len(models)), models)
ax.set_ylim(len(models) - 0.5, -0.5)
ax.set(
    title="Folds of speakers and random folds",
    xlabel="Accuracy of each fold (small) and their mean (large)",
)
ax.grid(axis="x", alpha=0.3)
ax.legend(title="Split")

# %%
# More clips of the same people do not close the gap
# --------------------------------------------------
# A learning curve under the random split promises that more clips help. Under the split
# by speaker it shows what more clips *of these people* are worth.

figure, ax = plt.subplots(figsize=(6.5, 3.8), layout="constrained")
for split, cv in splits.items():
    LearningCurveDisplay.from_estimator(
        models["MFCC + SVC"],
        clips.data,
        clips.target,
        groups=groups[split],
        cv=cv,
        train_sizes=[0.15, 0.3, 0.5, 0.75, 1.0],
        shuffle=True,
        random_state=0,
        score_type="test",
        score_name="Accuracy",
        line_kw={"color": COLOURS[split], "marker": MARKERS[split]},
        fill_between_kw={"color": COLOURS[split], "alpha": 0.15},
        ax=ax,
    )
lines = [line for line in ax.get_lines() if len(line.get_xdata()) > 2]
ax.legend(lines, splits, title="Split", loc="lower right")
ax.set(xlabel="Training clips", title="MFCC + SVC")
ax.grid(alpha=0.3)

# %%
# What to do
# ----------
# - With `fetch_mini_speech_commands`, `fetch_speech_commands` and `make_spoken_words`,
#   use ``clips.split``, or pass ``clips.speaker`` as ``groups``.
# - With a folder of your own, name the files ``<speaker>_nohash_<number>``, and
#   `load_audio_folder` sets ``speaker`` and ``split``; or take the speakers from
#   ``clips.filenames`` in a way of your own.
# - In a search, ``GridSearchCV(..., cv=GroupKFold(3)).fit(X, y, groups=speaker)``.
# - For early stopping, ``classifier.fit(X, y, groups=speaker)`` validates on speakers
#   that it does not train on; with fewer than ten of them to train on, give it a
#   `validation_fraction` of .2 or more.
