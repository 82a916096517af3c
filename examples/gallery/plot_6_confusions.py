"""
==================================================
Which words are confused, and what they sound like
==================================================

An accuracy says how many clips are wrong, not which. This page trains on words that
sound alike, shows which of them are taken for each other, and plays the worst mistakes.
"""

# %%
# Words that sound alike
# ----------------------

import base64
import html
import io

import matplotlib.pyplot as plt
import numpy as np
import soundfile
from sklearn.metrics import ConfusionMatrixDisplay, log_loss
from sklearn.pipeline import make_pipeline

from skkws import KerasGRUClassifier, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import make_spoken_words
from skkws.plots import EmbeddingDisplay

clips = make_spoken_words(
    ["bit", "bid", "pit", "beat", "bead", "lamp"],
    n_clips_per_word=120,
    n_speakers=60,
    snr=(5, 20),
    random_state=0,
)
train = clips.split == "train"
X_test, y_test = clips.data[~train], clips.target[~train]

words = make_pipeline(
    LogSpectrogram(),
    Normalize("clip"),
    KerasGRUClassifier(**{**FAST_GRU, "batch_size": 32}, random_state=0),
)
words.fit(clips.data[train], clips.target[train])

# %%
# Which for which
# ---------------
# Each row is a spoken word, of speakers that are not in the training; normalised, it
# shows where its clips go.

probabilities = words.predict_proba(X_test)
predicted = words.classes_[probabilities.argmax(axis=1)]
figure, ax = plt.subplots(figsize=(5.5, 5), layout="constrained")
ConfusionMatrixDisplay.from_predictions(
    y_test,
    predicted,
    labels=words.classes_,
    normalize="true",
    values_format=".0%",
    cmap="cividis",
    colorbar=False,
    ax=ax,
)
ax.set(title="Where each word's clips go", xlabel="Predicted", ylabel="Spoken")

# %%
# How the network sees the words
# ------------------------------
# Each point is a test clip: what comes out of the network before its output layer,
# brought to a plane. Clips that are taken for another word have a ring; most lie where
# the words meet. A plane does not hold all that the network tells apart: the axes say
# how much of it they show.

figure, ax = plt.subplots(figsize=(7, 4.8), layout="constrained")
EmbeddingDisplay.from_estimator(words, X_test, y_test, ax=ax)
ax.set_title("Clips as the network sees them")

# %%
# Confidence where it errs
# ------------------------
# A spotter compares probabilities with a threshold, so it matters how sure the
# classifier is of its mistakes. The log loss asks for that; label smoothing, which is
# on by default, keeps probabilities away from 1.

wrong = predicted != y_test
sure = probabilities.max(axis=1)
print(f"accuracy {1 - wrong.mean():.3f}")
print(f"log loss {log_loss(y_test, probabilities):.3f}")
print(f"median of the highest probability where right: {np.median(sure[~wrong]):.2f}")
print(f"median of the highest probability where wrong: {np.median(sure[wrong]):.2f}")

# %%
# Listen to them
# --------------
# The mistakes that the classifier was most sure of. In a notebook, an object with
# ``_repr_html_`` is shown in the same way.


class Players:
    """Clips with captions, to be played in a page."""

    def __init__(self, clips, captions, sr):
        self.clips, self.captions, self.sr = clips, captions, sr

    def _repr_html_(self):
        rows = []
        for clip, caption in zip(self.clips, self.captions, strict=True):
            file = io.BytesIO()
            soundfile.write(file, clip, self.sr, format="WAV")
            sound = base64.b64encode(file.getvalue()).decode()
            player = f'<audio controls src="data:audio/wav;base64,{sound}"></audio>'
            rows.append(f"<p>{html.escape(caption)}<br>{player}</p>")
        return "".join(rows)


worst = np.flatnonzero(wrong)[np.argsort(-sure[wrong])][:4]
captions = [f"{y_test[i]}, taken for {predicted[i]} ({sure[i]:.0%})" for i in worst]
Players(X_test[worst], captions, clips.sr)

# %%
# What to do
# ----------
# - Mistakes that one cannot hear oneself call for another word, not another network.
# - Recordings that are cut off, silent or labelled wrongly show up among the worst
#   first.
# - For a pair that matters, more speakers of both words; or reject one of them, as
#   class ``_unknown_``.
