"""
=========================================
Small data: a tiny GRU or MFCC and an SVC
=========================================

With a handful of recordings of each word, is a network worth it? This page lets a tiny
GRU and the classical pair, MFCC and a support vector machine, learn from 3 to 48 clips
a word, and tests both on speakers that neither has heard.
"""

# %%
# The words, and a test by speaker
# --------------------------------

from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, GroupKFold, LearningCurveDisplay
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.svm import SVC

from skkws import MFCC, KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.datasets import make_spoken_words

clips = make_spoken_words(
    ["on", "off", "up", "down"],
    n_clips_per_word=90,
    n_speakers=90,
    random_state=0,
)
train = np.flatnonzero(clips.split == "train")
held_out = clips.split != "train"
X_test, y_test = clips.data[held_out], clips.target[held_out]
print(f"{held_out.sum()} clips to test on, of speakers that are in no training part")

# %%
# Two Pipelines
# -------------
# The SVC wants one row of numbers a clip: the word is cut out where it is loud, and
# stretched to twenty frames. The GRU takes spectrograms as they are; its augmentation
# bends each clip in time and frequency anew in every epoch.


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


svc = make_pipeline(
    LogSpectrogram(log="db"),
    MFCC(n_mfcc=20),
    FunctionTransformer(stretched),
    StandardScaler(),
    SVC(C=10),
)
tiny_gru = make_pipeline(
    LogSpectrogram(),
    Normalize("clip"),
    KerasGRUClassifier(
        units=16,
        filters=(8, 16),
        kernel_size=(5, 3),
        strides=((3, 2), (2, 2)),
        epochs=40,
        random_state=0,
    ),
)
tiny_gru.fit(clips.data[train], clips.target[train])
network = tiny_gru[-1].model_
print(f"{network.count_params():,} parameters")

# %%
# From 3 to 48 clips a word
# -------------------------
# Two draws at each size, the same ones for both.

SIZES = [3, 6, 12, 24, 48]
DRAWS = 2
models = {"tiny GRU": tiny_gru, "MFCC + SVC": svc}
shape = (len(SIZES), DRAWS)
scores = {
    name: {part: np.zeros(shape) for part in ("train", "test")} for name in models
}
seconds = dict.fromkeys(models, 0.0)

for draw in range(DRAWS):
    shuffled = np.random.default_rng(draw).permutation(train)
    by_word = [shuffled[clips.target[shuffled] == w] for w in clips.target_names]
    for i, size in enumerate(SIZES):
        rows = np.concatenate([own[:size] for own in by_word])
        X, y = clips.data[rows], clips.target[rows]
        for name, model in models.items():
            start = perf_counter()
            fitted = clone(model).fit(X, y)
            seconds[name] += perf_counter() - start
            scores[name]["train"][i, draw] = fitted.score(X, y)
            scores[name]["test"][i, draw] = fitted.score(X_test, y_test)

COLOURS = {"tiny GRU": "#D55E00", "MFCC + SVC": "#0072B2"}
MARKERS = {"tiny GRU": "o", "MFCC + SVC": "s"}
figure, ax = plt.subplots(figsize=(6.5, 4), layout="constrained")
for name in models:
    display = LearningCurveDisplay(
        train_sizes=np.array(SIZES),
        train_scores=scores[name]["train"],
        test_scores=scores[name]["test"],
        score_name="Accuracy on other speakers",
    ).plot(
        ax=ax,
        score_type="test",
        line_kw={"color": COLOURS[name], "marker": MARKERS[name]},
        fill_between_kw={"color": COLOURS[name], "alpha": 0.15},
    )
    display.lines_[0].set_label(name)
ax.set_xscale("log", base=2)
ax.set_xticks(SIZES, SIZES)
ax.set(title="From 3 to 48 clips a word", xlabel="Clips a word", ylim=(0, 1.02))
ax.grid(alpha=0.3)
ax.legend(loc="lower right")

# %%
# The bands are one standard deviation over the draws. What the fits took, relative to
# each other:

ratio = seconds["tiny GRU"] / seconds["MFCC + SVC"]
print(f"All fits of the tiny GRU took {ratio:.0f} times as long as those of the SVC.")
for size, a, b in zip(
    SIZES, *(scores[name]["test"].mean(axis=1) for name in models), strict=True
):
    print(f"{size:3d} clips a word: tiny GRU {a:.3f}, MFCC + SVC {b:.3f}")

# %%
# Let a search decide
# -------------------
# Both are the same kind of Pipeline. As a step of another one they can take each
# other's place, so that ``GridSearchCV`` decides between them, here for the last draw
# of 48 clips a word. Its folds are made of speakers.

search = GridSearchCV(
    Pipeline([("model", svc)]), {"model": [svc, tiny_gru]}, cv=GroupKFold(3)
)
search.fit(X, y, groups=clips.speaker[rows])
for name, mean in zip(
    ["MFCC + SVC", "tiny GRU"], search.cv_results_["mean_test_score"], strict=True
):
    print(f"{name:12s}{mean:.3f}")

# %%
# So the network is worth it where a fit may take seconds, and the SVC where it must
# take none: to try a hundred front ends, say. Whatever the size, make the folds of
# speakers, as :ref:`sphx_glr_auto_examples_plot_2_speakers.py` explains.
#
# On recordings of people
# -----------------------
# In this table people speak, and the default networks learn from twenty clips of each
# of the eight Mini Speech Commands, each of another speaker; and from the Free Spoken
# Digits, whose six speakers are in both parts of their official split. With a speaker
# left out, the network is tested on a voice that it has not heard.
#
# .. results:: few_clips
