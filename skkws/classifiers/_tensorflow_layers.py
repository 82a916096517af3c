"""Stand-ins for three Keras layers, with the same weights, that train faster here."""

from ._backend import import_keras

keras = import_keras()


@keras.saving.register_keras_serializable("skkws")
class TensorFlowBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalisation by TensorFlow's fused kernel.

    Keras composes it of a dozen passes over the batch, each way.
    """

    def call(self, inputs, training=None, mask=None):
        """Normalise, in training by the statistics of the batch."""
        import tensorflow as tf

        if not training or len(inputs.shape) not in (3, 4):
            return super().call(inputs, training=training, mask=mask)
        if len(inputs.shape) == 3:  # the kernel wants two axes of positions
            return tf.squeeze(self.call(inputs[:, :, None], training), 2)
        y, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma.value,
            offset=self.beta.value,
            mean=tf.zeros(0),
            variance=tf.zeros(0),
            epsilon=self.epsilon,
            is_training=True,
        )
        n = tf.cast(tf.size(inputs) / inputs.shape[-1], variance.dtype)
        variance *= (n - 1) / n  # the kernel gives the estimate for the population
        for moving, value in (
            (self.moving_mean, mean),
            (self.moving_variance, variance),
        ):
            moving.assign(moving * self.momentum + value * (1 - self.momentum))
        return y


@keras.saving.register_keras_serializable("skkws")
class TensorFlowGRU(keras.layers.GRU):
    """A GRU of TensorFlow loops, with its gradient written out.

    The inputs of all steps are multiplied at once, before the loop, and so is what
    the weights' gradient takes, after it; in between, only what depends on the step
    before is left.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Run over the frames and return the state after each."""
        import tensorflow as tf

        (states,) = _states_of([self], sequences)
        if self.go_backwards:  # in the order of the steps, as Keras has it
            states = tf.reverse(states, [0])
        return _swap_first_axes(states)


@keras.saving.register_keras_serializable("skkws")
class TensorFlowBidirectional(keras.layers.Bidirectional):
    """Two of these GRUs, neither of which needs its frames turned round."""

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """Run over the frames both ways; return the states after each, joined."""
        import tensorflow as tf

        states = _states_of([self.forward_layer, self.backward_layer], sequences)
        return _swap_first_axes(tf.concat(states, axis=2))


def _swap_first_axes(x):
    import tensorflow as tf

    return tf.transpose(x, (1, 0, 2))


def _states_of(layers, sequences):
    """Return the states of each GRU, shape (n_steps, n_clips, n_units), frame by frame.

    The last state of one that goes backwards comes first.
    """
    import tensorflow as tf

    n_steps, n_inputs = sequences.shape[1:]
    x = tf.reshape(_swap_first_axes(sequences), (-1, n_inputs))
    states = []
    for layer in layers:
        cell = layer.cell
        bias, recurrent_bias = tf.unstack(cell.bias.value)
        projected = tf.nn.bias_add(tf.matmul(x, cell.kernel.value), bias)
        projected = tf.reshape(projected, (n_steps, -1, 3 * layer.units))
        kernel = cell.recurrent_kernel.value
        states.append(_gru(projected, kernel, recurrent_bias, layer.go_backwards))
    return states


def _gru(x, recurrent_kernel, recurrent_bias, backwards):
    """Return the states, shape (n_steps, n_clips, n_units), of projected inputs x.

    The step is Cho et al.'s with the reset after the product, as in Keras and cuDNN.
    """
    import tensorflow as tf

    n_steps, n_units = x.shape[0], recurrent_kernel.shape[0]
    first, last, way = (n_steps - 1, 0, -1) if backwards else (0, n_steps - 1, 1)

    def arrays(n_arrays, width):
        return [
            tf.TensorArray(tf.float32, n_steps, element_shape=(None, width))
            for _ in range(n_arrays)
        ]

    def loop(step, t, state, outputs):
        """Take all steps, beginning with t; return what each has written."""
        _, _, *outputs = tf.while_loop(
            lambda t, *_: (t >= 0) & (t < n_steps),
            step,
            (t, state, *outputs),
            maximum_iterations=n_steps,
        )
        return [array.stack() for array in outputs]

    @tf.custom_gradient
    def run(x, kernel, bias):
        def step(t, before, *outputs):
            product = tf.nn.bias_add(tf.matmul(before, kernel), bias)
            gates = tf.sigmoid(x[t, :, : 2 * n_units] + product[:, : 2 * n_units])
            update, reset = tf.split(gates, 2, axis=1)
            product = product[:, 2 * n_units :]
            new = tf.tanh(x[t, :, 2 * n_units :] + reset * product)
            state = new + update * (before - new)
            state.set_shape(before.shape)
            values = state, update, reset, new, product
            written = (a.write(t, v) for a, v in zip(outputs, values, strict=True))
            return t + way, state, *written

        start = tf.zeros_like(x[0, :, :n_units])
        states, updates, resets, news, products = loop(
            step, first, start, arrays(5, n_units)
        )

        def gradient(d_states):
            befores = [start[None], states[:-1]]
            if backwards:
                befores = [states[1:], start[None]]
            befores = tf.concat(befores, axis=0)

            def step_back(t, d_state, d_products, d_inputs):
                d_state += d_states[t]
                update, reset, new = updates[t], resets[t], news[t]
                d_new = d_state * (1 - update) * (1 - new * new)
                d_update = d_state * (befores[t] - new) * update * (1 - update)
                d_reset = d_new * products[t] * reset * (1 - reset)
                d_product = tf.concat([d_update, d_reset, d_new * reset], axis=1)
                d_input = tf.concat([d_update, d_reset, d_new], axis=1)
                d_before = d_state * update
                d_before += tf.matmul(d_product, kernel, transpose_b=True)
                d_before.set_shape(start.shape)
                return (
                    t - way,
                    d_before,
                    d_products.write(t, d_product),
                    d_inputs.write(t, d_input),
                )

            d_products, d_inputs = loop(
                step_back, last, tf.zeros_like(start), arrays(2, 3 * n_units)
            )
            d_products = tf.reshape(d_products, (-1, 3 * n_units))
            befores = tf.reshape(befores, (-1, n_units))
            return (
                d_inputs,
                tf.matmul(befores, d_products, transpose_a=True),
                tf.reduce_sum(d_products, axis=0),
            )

        return states, gradient

    return run(x, recurrent_kernel, recurrent_bias)


FAST = {
    "BatchNormalization": TensorFlowBatchNormalization,
    "Bidirectional": TensorFlowBidirectional,
    "GRU": TensorFlowGRU,
}
