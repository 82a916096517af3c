"""Adam in one kernel a weight on TensorFlow.

Keras composes each step of it of some fifteen passes over every weight and its
momentums, which is nearly a tenth of the training step where batches are small.
"""

from ._backend import import_keras

keras = import_keras()


class _FusedStep:
    """The step of Keras's Adam, with the same result, by TensorFlow's kernel."""

    def update_step(self, gradient, variable, learning_rate):
        """Move a variable and its two momentums."""
        import tensorflow as tf

        step = tf.cast(self.iterations.value + 1, tf.float32)
        index = self._get_variable_index(variable)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=tf.pow(self.beta_1, step),
            beta2_power=tf.pow(self.beta_2, step),
            lr=tf.convert_to_tensor(learning_rate),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )


class FastAdam(_FusedStep, keras.optimizers.Adam):
    """Keras's Adam."""


class FastAdamW(_FusedStep, keras.optimizers.AdamW):
    """Keras's Adam with decoupled weight decay."""


_FAST = {keras.optimizers.Adam: FastAdam, keras.optimizers.AdamW: FastAdamW}


def fast_optimizer(optimizer):
    """Return an optimizer that steps as another does, if there is a faster one."""
    fast = _FAST.get(type(optimizer))
    if keras.backend.backend() != "tensorflow" or fast is None:
        return optimizer
    if optimizer.amsgrad or optimizer.gradient_accumulation_steps:
        return optimizer
    return fast.from_config(optimizer.get_config())
