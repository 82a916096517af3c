"""From a classifier's parameters to its fitted network, as plain data."""

import copy
from inspect import signature
from numbers import Real

import numpy as np

from ._backend import import_keras
from ._batches import batch_plan
from ._fitting import Schedule, train
from ._mixup import Mixup
from ._networks import architecture_of
from ._noise_floor import NoiseFloor
from ._prediction import STATE_FORMAT
from ._spec_augment import SpecAugment
from ._training import Recipe, optimizer_config, optimizer_key
from ._warps import FrequencyWarp, TimeStretch

keras = import_keras()

# "auto": batches of 64 train fastest without costing accuracy; where clips are few,
# smaller ones so that an epoch still has some 16 steps.
LARGEST_BATCH, SMALLEST_BATCH, STEPS = 64, 8, 16

# "auto": as many epochs as make for this number of steps, within bounds. For the eight
# words these are 30 epochs; what 10, 20, 60 and 100 give is in benchmarks/search.py.
# 36,000 windows of a stream need 20 epochs: 10 miss more words at the same false
# alarms, as a row of benchmarks/spotting.py shows.
STEPS_IN_ALL, FEWEST_EPOCHS, MOST_EPOCHS = 3000, 20, 100


def untrained_state(classifier):
    """Return the network that the classifier's parameters ask for, as plain data.

    Parameters
    ----------
    classifier : KerasClassifier
        Knows its parameters, `classes_`, `input_shape_` and seed.

    Returns
    -------
    dict
        Format, architecture (JSON), weights and optimizer's variables (arrays), and
        after training which optimizer they are of.
    """
    build = classifier._network_builder()
    names = [
        name
        for name, parameter in signature(build).parameters.items()
        if parameter.kind is parameter.KEYWORD_ONLY
    ]
    network = build(
        classifier.input_shape_,
        len(classifier.classes_),
        classifier._seed,
        **{name: getattr(classifier, name) for name in names},
    )
    return {
        "format": STATE_FORMAT,
        "architecture": architecture_of(network),
        "weights": network.get_weights(),
        "optimizer": None,
    }


def trained_state(classifier, examples, validation, epochs, go_on):
    """Train the classifier's network, as its parameters say, on examples.

    Parameters
    ----------
    classifier : KerasClassifier
        Knows its parameters, `classes_`, seed, state and epochs so far.
    examples, validation : Examples
        Clips to learn from and to validate on; the latter may be None.
    epochs : int or "auto"
        Epochs to train.
    go_on : bool
        Keep the optimizer's variables, at a constant learning rate as nobody knows
        how far it will go.

    Returns
    -------
    state : dict
        The network after.
    history : dict of list of float
        Figures of each epoch.
    """
    rate, batch_size = classifier.learning_rate, classifier.batch_size
    own_rate = isinstance(classifier.optimizer, str) and isinstance(rate, Real)
    cosine = own_rate and classifier.learning_rate_schedule == "cosine" and not go_on
    stops = classifier.early_stopping and validation is not None
    if batch_size == "auto":
        batch_size = len(examples.X) // STEPS
        batch_size = int(np.clip(batch_size, SMALLEST_BATCH, LARGEST_BATCH))
    if epochs == "auto":
        n_steps = batch_plan(len(examples.X), batch_size)[0]
        epochs = int(np.clip(STEPS_IN_ALL // n_steps, FEWEST_EPOCHS, MOST_EPOCHS))
    refuse_other_floats()
    recipe = Recipe(
        optimizer_config(classifier.optimizer, rate, classifier.weight_decay),
        augmentations_for(classifier.augment, examples.X),
    )
    state, key = classifier._state, optimizer_key(recipe.optimizer)
    if not go_on or state.get("optimizer_key", key) != key:
        state = {**state, "optimizer": None}
    state = {**state, "optimizer_key": key}
    return train(
        state,
        examples,
        examples.targets(len(classifier.classes_), classifier.label_smoothing),
        validation,
        Schedule(
            seed=classifier._seed,
            first_epoch=classifier.n_iter_,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=rate if own_rate else None,
            cosine=cosine,
            patience=classifier.n_iter_no_change if stops else None,
        ),
        recipe,
        _checked_callbacks(classifier.callbacks),
        classifier.verbose,
    )


def _checked_callbacks(callbacks):
    """Return a list of callbacks, if they are Keras's."""
    callbacks = list(callbacks or [])
    for i, callback in enumerate(callbacks):
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                f"callbacks[{i}] is {callback!r}, but must be a Keras callback."
            )
    return callbacks


def refuse_other_floats():
    """Refuse Keras settings under which networks would not compute in float32."""
    floats, policy = keras.config.floatx(), keras.config.dtype_policy().name
    if floats != "float32" or policy != "float32":
        raise RuntimeError(
            f"Keras is set to floatx {floats!r} and the dtype policy {policy!r}, but "
            "skkws computes in float32: set both to 'float32'."
        )


# With fewer clips, masks, noise and mixtures give nothing more than warps alone, which
# give much (benchmarks/few_clips.py --validation).
MANY_CLIPS = 1000


def augmentations_for(augment, X):
    """Turn the parameter `augment` into a list of augmentations for the data X.

    Parameters
    ----------
    augment : "auto", None or list
        What the user asked for.
    X : ndarray, shape (n_clips, n_frames, n_bins)
        Training data; one bin means that it is no spectrogram.

    Returns
    -------
    list
        Objects with `augment`.
    """
    if augment is None:
        return []
    if isinstance(augment, str):
        n_clips, _, n_bins = X.shape
        if n_bins == 1:
            return []
        warps = [TimeStretch(), FrequencyWarp()]
        if n_clips < MANY_CLIPS:
            return warps
        return [*warps, NoiseFloor(), SpecAugment(), Mixup()]
    for step in augment:
        if (
            isinstance(step, type)
            or not hasattr(step, "augment")
            or not hasattr(step, "get_params")
        ):
            raise TypeError(
                f"augment contains {step!r}, but each of its entries must have the "
                "methods augment and scikit-learn's get_params, like TimeShift."
            )
        if hasattr(step, "_parameter_constraints"):
            step._validate_params()
    return copy.deepcopy(list(augment))  # compiled steps outlive what they are made of
