"""What a network is trained with: optimizer, learning rates and augmentation."""

import copy
import json
import math
import pickle
from dataclasses import dataclass, field

import joblib
import numpy as np

from .._parameters import check_real
from ._augmentation import check_augmentation
from ._backend import import_keras
from ._fast_adam import fast_optimizer
from ._steps import compiled_step

keras = import_keras()

# Rising to the full learning rate over the first tenth of the steps keeps Adam's first
# estimates of scale from doing harm; the cosine to zero is SGDR's (Loshchilov and
# Hutter, 2017), once.
WARM_UP = 0.1


def cosine_rates(highest, n_steps):
    """Yield a learning rate a step: up in a line, then along a cosine towards zero.

    Zero itself would come with the step after the last, as a step of no length is a
    waste and some optimizers divide by it.
    """
    n_warm = max(1, round(WARM_UP * n_steps))
    for step in range(n_warm):
        yield highest * (step + 1) / n_warm
    n_cosine = n_steps - n_warm
    for step in range(n_cosine):
        yield highest * (1 + math.cos(math.pi * (step + 1) / (n_cosine + 1))) / 2


def optimizer_config(optimizer, learning_rate, weight_decay):
    """Describe an optimizer as the plain dict that Keras can build it from.

    Parameters
    ----------
    optimizer : str, dict or keras.optimizers.Optimizer
        A name; an object or its serialised form keep their own learning rate.
    learning_rate : float, keras.optimizers.schedules.LearningRateSchedule or dict
        For an optimizer given by name: a number, or a schedule or its serialised
        form. A number is left out, for `Trainer.reset` to set, so that candidates of
        a search that differ in it share compiled code.
    weight_decay : float
        That of AdamW, if it is given by name.

    Returns
    -------
    dict
        Class name and configuration.

    Raises
    ------
    ValueError
        If Keras cannot build the optimizer, or the learning rate is none.
    """
    if isinstance(optimizer, keras.optimizers.Optimizer):
        return plain(optimizer)
    built = _built(optimizer)
    if built is None:
        names = filter(_built, (name.lower() for name in vars(keras.optimizers)))
        raise ValueError(
            f"optimizer is {optimizer!r}, but must be a Keras optimizer or one of the "
            f"names {', '.join(sorted(names))}."
        )
    if isinstance(optimizer, dict):
        return optimizer
    config = plain(built)
    if isinstance(built, keras.optimizers.AdamW):  # on torch a class derived from it
        config["config"]["weight_decay"] = float(weight_decay)
    if isinstance(learning_rate, keras.optimizers.schedules.LearningRateSchedule):
        config["config"]["learning_rate"] = plain(learning_rate)
    elif isinstance(learning_rate, dict):
        config["config"]["learning_rate"] = learning_rate
    else:
        expected = "a number above zero or a Keras learning rate schedule"
        check_real("learning_rate", learning_rate, expected, above=0)
    if _built(config) is None:
        raise ValueError(
            f"learning_rate is {learning_rate!r}, which Keras cannot build anew: "
            "decorate its class with keras.saving.register_keras_serializable()."
        )
    return config


def _built(optimizer):
    """Build an optimizer from its name or configuration; None if Keras cannot."""
    if isinstance(optimizer, str):
        optimizer = {"class_name": optimizer, "config": {}}
    if not isinstance(optimizer, dict):
        return None
    try:
        return keras.optimizers.get(copy.deepcopy(optimizer))  # Keras changes it
    except (ValueError, KeyError, TypeError):
        return None


def plain(thing):
    """Serialise an optimizer or schedule so that equal ones are equal anywhere."""
    config = keras.saving.serialize_keras_object(thing)
    if isinstance(thing, keras.optimizers.Optimizer):
        _refuse_exclusions(thing)
        config["config"]["name"] = "optimizer"  # Keras numbers the names it gives
        if (config["module"] or "").startswith("keras."):  # names the backend's class
            config = {name: config[name] for name in ("class_name", "config")}
        if _built(config) is None:
            kind = type(thing).__name__
            raise ValueError(
                f"optimizer is a {kind}, which Keras cannot build anew: decorate its "
                "class, or that of its learning rate, with "
                "keras.saving.register_keras_serializable() if it is your own."
            )
    return config


def _refuse_exclusions(optimizer):
    """Refuse what an optimizer's configuration does not tell."""
    if any(
        getattr(optimizer, f"_exclude_from_weight_decay{suffix}", None)
        for suffix in ("", "_pattern")
    ):
        raise ValueError(
            "optimizer excludes weights from weight decay, which Keras leaves out of "
            "its configuration: derive a class that does so in build."
        )


def optimizer_key(config):
    """Return a string that is equal for equal optimizers."""
    return json.dumps(config, sort_keys=True, default=repr)


class Augment(keras.layers.Layer):
    """The augmentations of spectrograms and targets as a layer."""

    def __init__(self, steps):
        super().__init__(name="augmentation")
        self._steps = steps
        self._seed = keras.random.SeedGenerator(0)

    def call(self, inputs):
        X, targets = inputs
        for step in self._steps:
            X, targets = step.augment(X, targets, self._seed)
        return X, targets


@dataclass
class Recipe:
    """What the compiled training step depends on besides the network."""

    optimizer: dict
    augment: list = field(default_factory=list)

    @property
    def key(self):
        """What recipes must have in common to share a compiled step."""
        # The class itself: one of the same name may have been written anew since.
        steps = [(type(step), _hash_of(step)) for step in self.augment]
        return optimizer_key(self.optimizer), *steps


def _hash_of(step):
    """Return a string that is equal for equal parameters of an augmentation."""
    try:
        return joblib.hash(step.get_params())
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(
            f"augment contains a {type(step).__name__} with a parameter that cannot "
            f"be pickled ({error}): give a function of a module in place of a lambda "
            "or a local one."
        ) from error


class Trainer:
    """The compiled training step of one engine's network after one recipe."""

    def __init__(self, network, recipe):
        n_classes = network.output_shape[-1]
        for step in recipe.augment:
            check_augmentation(step, network.input_shape[1:], n_classes)
        inputs = (
            keras.Input(network.input_shape[1:], name="spectrogram"),
            keras.Input((n_classes,), name="targets"),
        )
        X, targets = Augment(recipe.augment)(inputs)
        self.model = keras.Model(inputs, (network(X), targets), name="trainer")
        self._recipe = recipe
        self.model.optimizer = self._untouched_optimizer()
        self.step = compiled_step(self.model)

    def _untouched_optimizer(self):
        optimizer = fast_optimizer(_built(self._recipe.optimizer))
        optimizer.build(self.model.trainable_variables)
        return optimizer

    def reset(self, seed, epoch, learning_rate=None, optimizer_state=None):
        """Start a fit: set the optimizer's state and every random layer's seed."""
        # Not those of the first fit, as some optimizers start from the weights.
        fresh = self._untouched_optimizer()
        _assign(self.model.optimizer.variables, _values(fresh.variables))
        if learning_rate is not None:
            self.model.optimizer.learning_rate = learning_rate
        if optimizer_state is not None:
            _assign(self._slots(), optimizer_state)
        for i, variable in enumerate(self.model.non_trainable_variables):
            if variable.name == "seed_generator_state":
                draw = np.random.RandomState([seed, epoch, i]).randint(2**31, size=2)
                variable.assign(draw.astype(variable.dtype))

    def finish(self):
        """End a fit: where the optimizer averages weights, use the averages."""
        self.model.optimizer.finalize_variable_values(self.model.trainable_variables)

    def optimizer_state(self):
        """Return the optimizer's variables, all but the learning rate, as arrays."""
        return _values(self._slots())

    def _slots(self):
        optimizer = self.model.optimizer
        return [v for v in optimizer.variables if v is not optimizer.learning_rate]


def _values(variables):
    return [np.array(keras.ops.convert_to_numpy(v.value)) for v in variables]


def _assign(variables, values):
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
