"""A classifier of fully connected layers."""

from numbers import Integral

from sklearn.utils._param_validation import Interval

from skkws.classifiers._base import KerasClassifier


class KerasMLPClassifier(KerasClassifier):
    """One hidden layer over all frames and bins.

    Parameters
    ----------
    units : int, default=32
        Units of the hidden layer.
    epochs, batch_size, optimizer, learning_rate, learning_rate_schedule, \
weight_decay, label_smoothing, augment, class_weight, early_stopping, \
validation_fraction, n_iter_no_change, warm_start, callbacks, random_state, \
verbose : object, optional
        As for `KerasGRUClassifier`.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.repeat([[[0.0]], [[1.0]]], 20, axis=0)  # clips of one frame and one bin
    >>> y = np.repeat(["no", "yes"], 20)
    >>> words = KerasMLPClassifier(units=8, augment=None, random_state=0).fit(X, y)
    >>> words.predict(X[[0, -1]])
    array(['no', 'yes'], dtype='<U3')
    """

    _parameter_constraints = {
        **KerasClassifier._parameter_constraints,
        "units": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(
        self,
        units=32,
        *,
        epochs="auto",
        batch_size="auto",
        optimizer="adamw",
        learning_rate=0.003,
        learning_rate_schedule="cosine",
        weight_decay=0.3,
        label_smoothing=0.1,
        augment="auto",
        class_weight=None,
        early_stopping=False,
        validation_fraction=0.1,
        n_iter_no_change=10,
        warm_start=False,
        callbacks=None,
        random_state=None,
        verbose=0,
    ):
        self.units = units
        super().__init__(
            epochs=epochs,
            batch_size=batch_size,
            optimizer=optimizer,
            learning_rate=learning_rate,
            learning_rate_schedule=learning_rate_schedule,
            weight_decay=weight_decay,
            label_smoothing=label_smoothing,
            augment=augment,
            class_weight=class_weight,
            early_stopping=early_stopping,
            validation_fraction=validation_fraction,
            n_iter_no_change=n_iter_no_change,
            warm_start=warm_start,
            callbacks=callbacks,
            random_state=random_state,
            verbose=verbose,
        )

    def _network_builder(self):
        return build_mlp


def build_mlp(input_shape, n_classes, seed, *, units):
    """Build the network; the keyword-only arguments are parameters of the class."""
    import keras

    from skkws.classifiers._layers import SeededLayers

    layer = SeededLayers(seed)
    inputs = keras.Input(input_shape, name="spectrogram")
    x = keras.layers.Flatten(name="flatten")(inputs)
    x = layer.dense(units, "relu")(x)
    return keras.Model(inputs, layer.dense(n_classes, name="logits")(x), name="mlp")
