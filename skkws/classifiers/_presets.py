"""Networks by name: sets of constructor arguments that one can read and change."""

from ._mixup import Mixup
from ._spec_augment import SpecAugment
from ._warps import TimeShift, TimeStretch

#: A GRU for searches and slow machines: fewer channels than by default, 17 time steps
#: and large batches. 68,985 parameters on 98 frames of 40 bins and eight words.
FAST_GRU = {
    "filters": (16, 16, 32),
    "strides": ((3, 2), (2, 2), (1, 2)),
    "units": 48,
    "epochs": 24,
    "batch_size": 128,
    "learning_rate": 0.005,
    "augment": (TimeShift(), SpecAugment(), Mixup()),
}

#: A GRU for live streams: what it has heard by a frame does not depend on later ones.
#: Normalise per bin for it, as the mean of a clip is not known before its end.
CAUSAL_GRU = {
    "filters": (24, 48, 64),
    "padding": "valid",
    "units": 96,
    "bidirectional": False,
}

#: How to train any network on thousands of clips for a `KeywordSpotter` that may give
#: few false alarms. Smoothed labels and mixtures of clips make a network sure of
#: little, and hardly any threshold then tells a word from one that is like it.
SPOTTING_TRAINING = {
    "label_smoothing": 0.0,
    "augment": (TimeStretch(), TimeShift(), SpecAugment()),
}

#: Arguments of `LogSpectrogram` for the spectrogram of both networks that follow:
#: ``abs(tf.signal.stft(waveforms, frame_length=255, frame_step=128))``.
TUTORIAL_SPECTROGRAM = {
    "n_fft": 256,
    "win_length": 255,
    "hop_length": 128,
    "window": "hann_symmetric",
    "n_mels": None,
    "power": 1,
    "log": None,
}

#: How the tutorial trains, and the asker too.
TUTORIAL_TRAINING = {
    "epochs": 10,
    "batch_size": 64,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "learning_rate_schedule": "constant",
    "label_smoothing": 0.0,
    "augment": None,
}

#: The CNN of TensorFlow's tutorial "Simple audio recognition", for spectrograms resized
#: to (32, 32) and normalised over everything. 1,625,608 parameters. The tutorial is
#: [1]_.
#:
#: .. [1] https://www.tensorflow.org/tutorials/audio/simple_audio
TUTORIAL_CNN = {
    "filters": (32, 64),
    "kernel_size": 3,
    "strides": 1,
    "padding": "valid",
    "batch_norm": False,
    "pool_size": (1, 2),
    "conv_dropout": 0.25,
    "frame_filters": (),
    "pooling": "flatten",
    "dense_units": (128,),
    "dropout": 0.5,
    **TUTORIAL_TRAINING,
}

#: The GRU that someone put in its place and asked about: dropout of .8 at every turn, a
#: decision at every frame, and a sigmoid where the loss expects logits. 606,552
#: parameters on 124 frames of 129 bins. It fails, for reasons given in the notes of
#: `KerasGRUClassifier`. The question is [1]_.
#:
#: .. [1] https://datascience.stackexchange.com/q/87619
ASKERS_GRU = {
    "filters": (196,),
    "kernel_size": 15,
    "strides": 2,
    "conv_axes": 1,
    "padding": "valid",
    "batch_norm": True,
    "conv_dropout": 0.8,
    "units": (128, 128),
    "bidirectional": False,
    "recurrent_batch_norm": True,
    "dropout": 0.8,
    "pooling": None,
    "output_activation": "sigmoid",
    **TUTORIAL_TRAINING,
}
