"""The training step, once for each Keras backend; compiled where that is faster.

A step takes a batch to (loss, accuracy) and moves the weights. Keras's own
`Model.fit` would do as much, but it compiles anew for every fit on TensorFlow and
costs more a batch than these small networks do.

The model takes spectrograms and targets to logits and targets, as augmentation may
change both. The targets of a clip sum to its weight.
"""

from ._backend import import_keras

keras = import_keras()
ops = keras.ops


def crossentropy(targets, logits):
    """Cross-entropy of each clip; with logits for each frame, the mean over frames."""
    log_proba = ops.log_softmax(logits, axis=-1)
    if len(logits.shape) == 3:
        log_proba = ops.mean(log_proba, axis=1)
    return -ops.sum(targets * log_proba, axis=-1)


def accuracy(targets, logits):
    """Whether each clip is right; with logits for each frame, the share of frames."""
    truth, guess = ops.argmax(targets, axis=-1), ops.argmax(logits, axis=-1)
    if len(logits.shape) == 3:
        return ops.mean(ops.cast(truth[:, None] == guess, "float32"), axis=1)
    return ops.cast(truth == guess, "float32")


def _figures(logits, targets):
    weight = ops.sum(targets, axis=-1)
    loss = ops.mean(crossentropy(targets, logits))
    return loss, ops.mean(weight * accuracy(targets, logits))


class _InPlace:
    """A step that changes the model's variables themselves."""

    def __init__(self, model):
        self._model = model

    def take_variables(self):
        """Go on from the variables as they are now."""

    def leave_variables(self):
        """Leave the variables as they are now."""

    def set_learning_rate(self, rate):
        self._model.optimizer.learning_rate = rate


class TensorFlowStep(_InPlace):
    """The training step as a graph."""

    def __init__(self, model):
        import tensorflow as tf

        super().__init__(model)
        signature = [tf.TensorSpec(shape, tf.float32) for shape in model.input_shape]

        def step(X, targets):
            with tf.GradientTape() as tape:
                loss, hits = _figures(*model((X, targets), training=True))
                scaled = model.optimizer.scale_loss(loss)
            gradients = tape.gradient(scaled, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)
            return loss, hits

        # XLA makes these small networks slower on a CPU, hence False.
        self._function = tf.function(step, signature, jit_compile=False)
        self._step = None

    def take_variables(self):
        """Go on from the variables as they are now."""
        if self._step is None:  # compiled here, when callbacks have seen the network
            # Called by itself, it warns where many networks are trained one after
            # another.
            self._step = self._function.get_concrete_function()

    def __call__(self, X, targets):
        return self._step(X, targets)


class TorchStep(_InPlace):
    """The training step, run eagerly."""

    def __call__(self, X, targets):
        import torch

        batch = ops.convert_to_tensor(X), ops.convert_to_tensor(targets)
        model = self._model
        model.zero_grad()
        loss, hits = _figures(*model(batch, training=True))
        model.optimizer.scale_loss(loss).backward()
        variables = model.trainable_variables
        with torch.no_grad():
            model.optimizer.apply([v.value.grad for v in variables], variables)
        return loss.detach(), hits


class JaxStep:
    """The training step as a pure function of the variables' values.

    Between `take_variables` and `leave_variables` the values live in here; the latter
    puts them back into the model.
    """

    def __init__(self, model):
        import jax

        self._model = model
        self._rate_index = next(
            (
                i
                for i, variable in enumerate(model.optimizer.variables)
                if variable is model.optimizer.learning_rate
            ),
            None,
        )

        def scaled_loss(trainable, other, slots, batch):
            outputs, other = model.stateless_call(
                trainable, other, batch, training=True
            )
            loss, hits = _figures(*outputs)
            known = zip(model.optimizer.variables, slots, strict=True)
            with keras.StatelessScope(list(known)):
                scaled = model.optimizer.scale_loss(loss)
            return scaled, (loss, hits, other)

        gradient = jax.grad(scaled_loss, has_aux=True)

        def step(values, batch):
            trainable, other, slots = values
            slopes, (loss, hits, other) = gradient(trainable, other, slots, batch)
            trainable, slots = model.optimizer.stateless_apply(slots, slopes, trainable)
            return loss, hits, (trainable, other, slots)

        self._step = jax.jit(step)

    def _variables(self):
        model = self._model
        return (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
        )

    def take_variables(self):
        self._values = tuple([v.value for v in part] for part in self._variables())

    def set_learning_rate(self, rate):
        slots = self._values[2]
        slots[self._rate_index] = ops.convert_to_tensor(rate, "float32")

    def __call__(self, X, targets):
        loss, hits, values = self._step(self._values, (X, targets))
        self._values = tuple(list(part) for part in values)
        return loss, hits

    def leave_variables(self):
        for variables, values in zip(self._variables(), self._values, strict=True):
            for variable, value in zip(variables, values, strict=True):
                variable.assign(value)
        self._values = None


def compiled_step(model):
    """Return the training step of a model on the backend in use."""
    backend = keras.backend.backend()
    steps = {"tensorflow": TensorFlowStep, "jax": JaxStep, "torch": TorchStep}
    if backend not in steps:
        raise RuntimeError(
            f"The Keras backend is {backend!r}, but training needs one of "
            f"{', '.join(steps)}."
        )
    return steps[backend](model)
