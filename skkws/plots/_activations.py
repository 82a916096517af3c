"""What comes out of a network before its output layer."""

import numpy as np

from .._validation import check_spectrograms

BATCH = 64  # clips that go through the network at once


def activations_of(classifier, X):
    """Return what comes out of a network before its output layer.

    Parameters
    ----------
    classifier : KerasClassifier
        Fitted.
    X : array-like, shape (n_clips, n_frames, n_bins)
        Spectrograms.

    Returns
    -------
    ndarray, shape (n_clips, n_units)
        Activations; where the network decides in every frame, their mean over frames.
    """
    from ..classifiers._engine import own_settings
    from ..classifiers._networks import fitted_network, keras

    X = check_spectrograms(classifier, X, reset=False)
    with own_settings():
        # `model_` may have been changed since.
        model = fitted_network(classifier._state)
        inner = keras.Model(model.input, model.layers[-1].input)
        activations = np.concatenate(
            [
                keras.ops.convert_to_numpy(inner(X[i : i + BATCH], training=False))
                for i in range(0, len(X), BATCH)
            ]
        )
    if activations.ndim == 3:
        activations = activations.mean(axis=1)
    return activations
