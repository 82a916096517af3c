"""
===================================
A first keyword model from a folder
===================================

You have recordings of a few words, one folder a word, and want a model that tells the
words apart. What is needed is the folder, a Pipeline of three steps, and a test on
people whose voices the model has not heard.
"""

# %%
# The folder
# ----------
# For this page a speech synthesiser fills the folder. Any format that soundfile reads,
# any rate and any number of channels will do. Where a file is named
# ``<speaker>_nohash_<number>``, skkws knows who spoke.

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import joblib
import matplotlib.pyplot as plt
import soundfile
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.pipeline import Pipeline, make_pipeline

from skkws import KerasGRUClassifier, LoadAudio, LogSpectrogram, Normalize
from skkws.classifiers import FAST_GRU
from skkws.datasets import load_audio_folder, make_spoken_words
from skkws.plots import TrainingDisplay

temporary = TemporaryDirectory()
folder = Path(temporary.name, "my_words")

spoken = make_spoken_words(
    ["lights on", "lights off", "louder", "softer", "monday", "banana"],
    n_clips_per_word=120,
    n_speakers=60,
    random_state=0,
)
for i, (clip, word, speaker) in enumerate(
    zip(spoken.data, spoken.target, spoken.speaker, strict=True)
):
    word_folder = folder / word.replace(" ", "_")
    word_folder.mkdir(parents=True, exist_ok=True)
    soundfile.write(word_folder / f"{speaker}_nohash_{i}.wav", clip, spoken.sr)

for word_folder in sorted(folder.iterdir()):
    print(word_folder.name, len(list(word_folder.iterdir())))

# %%
# Load it
# -------
# *monday* and *banana* stand for everything else that people say: recordings of words
# that are not to be recognised become the class ``_unknown_``. A model that has never
# been shown any must take every word for one of its own.

clips = load_audio_folder(folder, unknown=("monday", "banana"))
print(clips.data.shape, clips.data.dtype)
print(Counter(clips.target.tolist()))
print(Counter(clips.split.tolist()))

# %%
# Train
# -----
# `LogSpectrogram` turns a waveform into 98 frames of 40 mel bins, `Normalize` makes
# loud and quiet recordings alike, and the classifier is a GRU. ``FAST_GRU`` is a set of
# arguments that trains within seconds; leave it out for the more accurate default. Its
# batches of 128 are meant for thousands of clips. Here are few, so they are smaller.

train, test = clips.split == "train", clips.split == "test"
words = Pipeline(
    [
        ("spectrogram", LogSpectrogram()),
        ("normalize", Normalize("clip")),
        ("classify", KerasGRUClassifier(**{**FAST_GRU, "batch_size": 32})),
    ]
)
words.set_params(classify__random_state=0)
validation = clips.split == "validation"
words.fit(
    clips.data[train],
    clips.target[train],
    classify__X_val=words[:-1].transform(clips.data[validation]),
    classify__y_val=clips.target[validation],
)

# %%
# The clips to validate on change nothing in the training; ``fit`` scores them after
# each epoch. As they go to the last step directly, they must be spectrograms already.
# In training the network is scored on augmented clips and with dropout, in validation
# without, so that validation may well be higher. If both curves still rise in the last
# epoch, more ``epochs`` may help; if training rises alone, more speakers may.

figure, ax = plt.subplots(figsize=(6, 3.6), layout="constrained")
TrainingDisplay.from_estimator(words, ax=ax)
ax.set_title("Learning curves")

# %%
# Test
# ----
# ``clips.split`` keeps every speaker in one part, so these are voices that were not in
# the training. :ref:`sphx_glr_auto_examples_plot_2_speakers.py` shows why that matters.

print(f"accuracy: {words.score(clips.data[test], clips.target[test]):.3f}")
figure, ax = plt.subplots(figsize=(6, 5), layout="constrained")
ConfusionMatrixDisplay.from_estimator(
    words,
    clips.data[test],
    clips.target[test],
    cmap="cividis",
    colorbar=False,
    xticks_rotation=30,
    ax=ax,
)
ax.set(xlabel="Predicted", ylabel="Spoken")

# %%
# Keep it, and use it on files
# ----------------------------
# The saved Pipeline is complete: front end, normalisation, network, words. With
# `LoadAudio` in front it takes paths. Load only files that you trust, as a joblib file
# can run code; :doc:`/persistence` has alternatives.

saved = folder / "words.joblib"
joblib.dump(words, saved)

listen = make_pipeline(LoadAudio(), joblib.load(saved))
recording = sorted((folder / "louder").iterdir())[0]
print(listen.predict([recording]))
for word, probability in zip(
    listen.classes_, listen.predict_proba([recording])[0], strict=True
):
    print(f"{word:12s}{probability:.3f}")

temporary.cleanup()
