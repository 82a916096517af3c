"""
==========================================
Tuning front end and network in one search
==========================================

How many mel bins, how large a network? The two depend on each other, so they belong in
one search. As the front end is a step of the Pipeline, ``GridSearchCV`` varies it like
anything else. A cache keeps the spectrograms of each training part for the candidates
that share a front end; clips held out are transformed anew for each candidate.
"""

# %%
# One Pipeline with a cache
# -------------------------
# ``memory`` is a folder. What is kept there are the outputs of the transformers, for
# each training part and each setting; the last step, the network, is always trained.

from pathlib import Path
from tempfile import TemporaryDirectory

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import GridSearchCV, GroupKFold
from sklearn.pipeline import Pipeline

from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import make_spoken_words

clips = make_spoken_words(
    ["bit", "bid", "pit", "beat"], n_clips_per_word=80, n_speakers=40, random_state=0
)
train, test = clips.split == "train", clips.split == "test"

cache = TemporaryDirectory()
words = Pipeline(
    [
        ("spectrogram", LogSpectrogram()),
        ("normalize", Normalize("clip")),
        (
            "classify",
            KerasGRUClassifier(**{**FAST_GRU, "batch_size": 32}, random_state=0),
        ),
    ],
    memory=cache.name,
)

# %%
# The search
# ----------
# Folds are made of speakers, so that the search does not choose what suits known
# voices.

search = GridSearchCV(
    words,
    {"spectrogram__n_mels": [12, 40], "classify__units": [16, 48]},
    cv=GroupKFold(3),
)
search.fit(clips.data[train], clips.target[train], groups=clips.speaker[train])

for i in np.argsort(search.cv_results_["rank_test_score"]):
    mean = search.cv_results_["mean_test_score"][i]
    spread = search.cv_results_["std_test_score"][i]
    print(f"{mean:.3f} +- {spread:.3f}  {search.cv_results_['params'][i]}")
held_out = search.score(clips.data[test], clips.target[test])
print(f"on the speakers held out: {held_out:.3f}")

# %%
# Look at the folds before the ranking: where they overlap, another draw of speakers
# would rank the candidates differently.

n_folds = search.n_splits_
labels = [
    f"{p['spectrogram__n_mels']} bins, {p['classify__units']} units"
    for p in search.cv_results_["params"]
]
folds = np.array([search.cv_results_[f"split{k}_test_score"] for k in range(n_folds)])
figure, ax = plt.subplots(figsize=(6.5, 2.8), layout="constrained")
for y, scores in enumerate(folds.T):
    ax.plot(scores.mean(), y, "o", color="#0072B2", markersize=14, fillstyle="none")
    ax.plot(scores, np.full(n_folds, y), "o", color="#0072B2", alpha=0.5)
ax.set_yticks(range(len(labels)), labels)
ax.set_ylim(len(labels) - 0.5, -0.5)
ax.set_title("Candidates of the search")
ax.set_xlabel("Accuracy of each fold (small) and their mean (large)")
ax.grid(axis="x", alpha=0.3)

# %%
# What the cache saved
# --------------------
# Each fit of the Pipeline has two transformers. Candidates that differ in the network
# alone share what these give.

n_fits = len(labels) * n_folds + 1  # and the last one, on all training clips
n_computed = len(list(Path(cache.name).rglob("output.pkl")))
print(f"{n_fits} fits of {len(words) - 1} transformers: {n_fits * (len(words) - 1)}")
print(f"of which computed: {n_computed}")
cache.cleanup()

# %%
# `LogSpectrogram` is fast, so that with few clips the cache gains little; it pays with
# `LoadAudio`, which reads and resamples files, and with many candidates.
#
# ``n_jobs=2`` runs fits in two processes. TensorFlow and JAX take all cores on their
# own, so that these share them.
