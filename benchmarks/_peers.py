"""What people use in place of skkws, each as `fit` and `predict` on int16 waveforms.

Every function below takes a seed and returns an estimator. What it needs is imported
inside, so that a peer that is not installed is a gap in a table and not an error.
"""

import numpy as np
from sklearn.utils import shuffle

N_CLASSES = 8


def tutorial_layers():
    """Return the layers that make the tutorial's CNN, all but the last."""
    import keras

    return [
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Dropout(0.25),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dropout(0.5),
    ]


class TutorialCNN:
    """TensorFlow's tutorial "Simple audio recognition", its own code path.

    https://www.tensorflow.org/tutorials/audio/simple_audio, with its ten epochs and
    without its early stopping.
    """

    epochs = 10

    def __init__(self, seed):
        import keras

        self.seed = seed
        keras.utils.set_random_seed(seed)

    def fit(self, X, y):
        import keras
        import tensorflow as tf

        data = self._shuffled(X, y)
        normalization = keras.layers.Normalization()
        normalization.adapt(data.map(lambda spectrogram, label: spectrogram))
        self.model = keras.Sequential(
            [
                keras.layers.Input(shape=(124, 129, 1)),
                keras.layers.Resizing(32, 32),
                normalization,
                *tutorial_layers(),
                keras.layers.Dense(len(self.classes_)),
            ]
        )
        self.model.compile(
            optimizer=keras.optimizers.Adam(),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        data = data.cache().shuffle(10000).prefetch(tf.data.AUTOTUNE)
        self.model.fit(data, epochs=self.epochs, verbose=0)
        return self

    def predict(self, X):
        logits = self.model.predict(self._spectrograms(X, np.zeros(len(X))), verbose=0)
        return self.classes_[logits.argmax(axis=-1)]

    def _shuffled(self, X, y):
        """Return batches of mixed clips, as the tutorial's directory of files gives."""
        X, y = shuffle(X, y, random_state=self.seed)
        self.classes_, codes = np.unique(y, return_inverse=True)
        return self._spectrograms(X, codes)

    def _spectrograms(self, X, codes):
        import tensorflow as tf

        def spectrogram(waveform, label):
            stft = tf.signal.stft(waveform, frame_length=255, frame_step=128)
            return tf.abs(stft)[..., tf.newaxis], label

        waveforms = X.astype(np.float32) / 32768
        data = tf.data.Dataset.from_tensor_slices((waveforms, codes)).batch(64)
        return data.map(spectrogram, tf.data.AUTOTUNE)


class AskersGRU(TutorialCNN):
    """The GRU that was put in its place: https://datascience.stackexchange.com/q/87619."""

    def fit(self, X, y):
        import keras
        import tensorflow as tf

        layers = keras.layers
        data = self._shuffled(X, y)
        x = inputs = layers.Input(shape=(124, 129))
        x = layers.Conv1D(196, 15, strides=2)(x)
        x = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(x)
        x = layers.Dropout(0.8)(x)
        for _ in range(2):
            x = layers.GRU(128, return_sequences=True)(x)
            x = layers.Dropout(0.8)(x)
            x = layers.BatchNormalization()(x)
        x = layers.Dropout(0.8)(x)
        head = layers.Dense(len(self.classes_), activation="sigmoid")
        self.model = keras.Model(inputs, layers.TimeDistributed(head)(x))
        self.model.compile(
            optimizer=keras.optimizers.Adam(),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )
        n_steps = self.model.output_shape[1]
        data = data.map(
            lambda spectrogram, label: (
                spectrogram[..., 0],
                tf.repeat(label[:, tf.newaxis], n_steps, axis=1),
            )
        )
        data = data.cache().shuffle(10000).prefetch(tf.data.AUTOTUNE)
        self.model.fit(data, epochs=self.epochs, verbose=0)
        return self

    def predict(self, X):
        data = self._spectrograms(X, np.zeros(len(X)))
        outputs = self.model.predict(data.map(lambda s, _: s[..., 0]), verbose=0)
        return self.classes_[outputs.mean(axis=1).argmax(axis=-1)]


def tutorial_network():
    """Build the tutorial's network from its resized and normalised spectrograms on."""
    import keras

    return keras.Sequential(
        [
            keras.layers.Input(shape=(32, 32)),
            keras.layers.Reshape((32, 32, 1)),
            *tutorial_layers(),
            keras.layers.Dense(N_CLASSES, activation="softmax"),
        ]
    )


def scikeras_tutorial_cnn(seed):
    from backends import FRONT_ENDS
    from scikeras.wrappers import KerasClassifier
    from sklearn.pipeline import make_pipeline

    classifier = KerasClassifier(
        tutorial_network,
        loss="sparse_categorical_crossentropy",
        optimizer="adam",
        epochs=10,
        batch_size=64,
        random_state=seed,
        verbose=0,
    )
    return make_pipeline(*FRONT_ENDS["tutorial"], classifier)


def skorch_gru(seed):
    """The default GRU of skkws in torch, with skorch's own training."""
    import torch
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer
    from skorch import NeuralNetClassifier
    from skorch.callbacks import LRScheduler

    from skkws import LogSpectrogram, Normalize

    class GRU(torch.nn.Module):
        def __init__(self):
            super().__init__()
            nn = torch.nn
            sizes = (1, 16, 32, 64)
            shapes = ((5, (2, 2)), (3, (2, 2)), (3, (1, 2)))
            blocks = []
            for i, (kernel, stride) in enumerate(shapes):
                conv = nn.Conv2d(
                    sizes[i], sizes[i + 1], kernel, stride, padding=kernel // 2
                )
                blocks += [conv, nn.BatchNorm2d(sizes[i + 1]), nn.ReLU()]
            self.convolutions = nn.Sequential(*blocks)
            self.gru = nn.GRU(64 * 5, 64, batch_first=True, bidirectional=True)
            self.dropout = nn.Dropout(0.2)
            self.score = nn.Linear(128, 1)
            self.logits = nn.Linear(128, N_CLASSES)

        def forward(self, X):
            x = self.convolutions(X[:, None])
            x = x.permute(0, 2, 3, 1).flatten(2)
            x = self.dropout(self.gru(x)[0])
            weight = torch.softmax(self.score(x), dim=1)
            return self.logits((weight * x).sum(dim=1))

    class Coded(NeuralNetClassifier):
        """skorch wants classes as 64-bit indices."""

        def fit(self, X, y):
            self.words_, codes = np.unique(y, return_inverse=True)
            return super().fit(X, codes.astype(np.int64))

        def predict(self, X):
            return self.words_[super().predict(X)]

    torch.manual_seed(seed)
    epochs, steps = 30, 6289 // 64 + 1
    classifier = Coded(
        GRU,
        criterion=torch.nn.CrossEntropyLoss,
        criterion__label_smoothing=0.1,
        optimizer=torch.optim.AdamW,
        optimizer__weight_decay=0.3,
        lr=0.003,
        max_epochs=epochs,
        batch_size=64,
        iterator_train__shuffle=True,
        train_split=None,
        callbacks=[
            LRScheduler(
                torch.optim.lr_scheduler.OneCycleLR,
                max_lr=0.003,
                total_steps=epochs * steps,
                pct_start=0.1,
                step_every="batch",
            )
        ],
        verbose=0,
    )
    front_end = LogSpectrogram(), Normalize("clip"), FunctionTransformer()
    return make_pipeline(*front_end, classifier)


def _minirocket(seed, *front_end):
    from aeon.classification.convolution_based import MiniRocketClassifier
    from sklearn.pipeline import make_pipeline

    return make_pipeline(*front_end, MiniRocketClassifier(random_state=seed, n_jobs=2))


def minirocket_of_waveforms(seed):
    from sklearn.preprocessing import FunctionTransformer

    return _minirocket(seed, FunctionTransformer(lambda X: X[:, None] / 32768.0))


def minirocket_of_mel_bins(seed):
    from sklearn.preprocessing import FunctionTransformer

    from skkws import LogSpectrogram

    bins_first = FunctionTransformer(lambda X: X.transpose(0, 2, 1).astype(np.float64))
    return _minirocket(seed, LogSpectrogram(), bins_first)


def _of_cepstra(classifier):
    """MFCCs as most do it by hand: resized, flattened and scaled."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    from skkws import MFCC, LogSpectrogram, Resize

    return make_pipeline(
        LogSpectrogram(log="db"),
        MFCC(20),
        Resize((32, 20)),
        FunctionTransformer(lambda X: X.reshape(len(X), -1)),
        StandardScaler(),
        classifier,
    )


def mfcc_svc(seed):
    from sklearn.svm import SVC

    return _of_cepstra(SVC(C=10, random_state=seed))


def mfcc_gradient_boosting(seed):
    from sklearn.ensemble import HistGradientBoostingClassifier

    return _of_cepstra(HistGradientBoostingClassifier(random_state=seed))
