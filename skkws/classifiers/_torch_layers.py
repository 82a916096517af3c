"""Stand-ins for three Keras layers, with the same weights, that train faster here."""

import torch

from ._backend import import_keras

keras = import_keras()


@keras.saving.register_keras_serializable("skkws")
class TorchBatchNormalization(keras.layers.BatchNormalization):
    """Batch normalisation by PyTorch's own kernel.

    Keras composes it of a dozen passes over the batch, each way.
    """

    def call(self, inputs, training=None, mask=None):
        """Normalise, in training by the statistics of the batch."""
        n = inputs.numel() // inputs.shape[-1]
        if not training or n == 1:  # the kernel refuses a single value
            return super().call(inputs, training=training, mask=mask)
        mean, variance = inputs.new_zeros(2, inputs.shape[-1])
        y = torch.nn.functional.batch_norm(
            inputs.movedim(-1, 1),
            mean,
            variance,
            self.gamma.value,
            self.beta.value,
            training=True,
            momentum=1,
            eps=self.epsilon,
        )
        # The kernel gives the estimate for the population, and keeps what it gave.
        variance = variance * ((n - 1) / n)
        with torch.no_grad():
            self.moving_mean.value.lerp_(mean, 1 - self.momentum)
            self.moving_variance.value.lerp_(variance, 1 - self.momentum)
        return y.movedim(1, -1)


@keras.saving.register_keras_serializable("skkws")
class TorchGRU(keras.layers.GRU):
    """A GRU with its gradient written out.

    The inputs of all steps are multiplied at once, before the loop, and so is what
    the weights' gradient takes, after it; in between, only what depends on the step
    before is left.
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        """Run over the frames and return the state after each."""
        (states,) = _states_of([self], sequences)
        # Backwards, in the order of the steps, as Keras has it.
        return states.flip(1) if self.go_backwards else states


@keras.saving.register_keras_serializable("skkws")
class TorchBidirectional(keras.layers.Bidirectional):
    """Two of these GRUs, whose steps are taken at once."""

    def call(self, sequences, initial_state=None, mask=None, training=None):
        """Run over the frames both ways; return the states after each, joined."""
        layers = [self.forward_layer, self.backward_layer]
        return torch.cat(_states_of(layers, sequences), dim=2)


def _states_of(layers, sequences):
    """Return the states of each GRU, shape (n_clips, n_steps, n_units), frame by frame.

    The last state of one that goes backwards comes first.
    """
    n_steps, n_inputs = sequences.shape[1:]
    cells = [layer.cell for layer in layers]
    projected = torch.addmm(
        torch.cat([cell.bias.value[0] for cell in cells]),
        sequences.transpose(0, 1).reshape(-1, n_inputs),
        torch.cat([cell.kernel.value for cell in cells], dim=1),
    )
    projected = projected.reshape(n_steps, -1, len(cells), 3 * layers[0].units)
    ways = [
        x.flip(0) if layer.go_backwards else x
        for layer, x in zip(layers, projected.unbind(2), strict=True)
    ]
    states = Recurrence.apply(
        torch.stack(ways, dim=1),
        torch.stack([cell.recurrent_kernel.value for cell in cells]),
        torch.stack([cell.bias.value[1:] for cell in cells]),
    )
    return [
        (states[:, i].flip(0) if layer.go_backwards else states[:, i]).transpose(0, 1)
        for i, layer in enumerate(layers)
    ]


class Recurrence(torch.autograd.Function):
    """The steps of GRUs, side by side, from their projected inputs to their states.

    The step is Cho et al.'s with the reset after the product, as in Keras and cuDNN.
    """

    @staticmethod
    def forward(ctx, x, kernel, bias):
        """Return the states, shape (n_steps, n_grus, n_clips, n_units).

        x has shape (n_steps, n_grus, n_clips, 3 * n_units), kernel (n_grus, n_units,
        3 * n_units) and bias (n_grus, 1, 3 * n_units).
        """
        n_units = kernel.shape[1]
        of_gates, of_new = slice(0, 2 * n_units), slice(2 * n_units, None)
        states = x.new_zeros((len(x) + 1, *x.shape[1:-1], n_units))
        products = torch.empty_like(x)
        gates = torch.empty_like(x[..., of_gates])
        news = torch.empty_like(states[1:])
        for t in range(len(x)):
            product, gate, new = products[t], gates[t], news[t]
            torch.baddbmm(bias, states[t], kernel, out=product)
            torch.add(x[t, ..., of_gates], product[..., of_gates], out=gate).sigmoid_()
            update, reset = gate.split(n_units, dim=-1)
            torch.addcmul(x[t, ..., of_new], reset, product[..., of_new], out=new)
            torch.lerp(new.tanh_(), states[t], update, out=states[t + 1])
        ctx.save_for_backward(kernel, states, products[..., of_new], gates, news)
        return states[1:]

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, d_states):
        """Return the gradients of x, kernel and bias."""
        kernel, states, products, gates, news = ctx.saved_tensors
        befores, n_units = states[:-1], kernel.shape[1]
        updates, resets = gates.split(n_units, dim=-1)
        # What a step's own change of its state is multiplied by, for all steps at once.
        by_new = (1 - updates) * (1 - news * news)
        by_update = (befores - news) * updates * (1 - updates)
        by_reset = products * resets * (1 - resets)
        d_products = gates.new_empty((*gates.shape[:-1], 3 * n_units))
        d_updates, d_resets, d_reset_news = d_products.split(n_units, dim=-1)
        d_news = torch.empty_like(news)
        transposed = kernel.transpose(1, 2)
        d_state = torch.zeros_like(states[0])
        for t in reversed(range(len(news))):
            d_state += d_states[t]
            torch.mul(d_state, by_update[t], out=d_updates[t])
            torch.mul(d_state, by_new[t], out=d_news[t])
            torch.mul(d_news[t], by_reset[t], out=d_resets[t])
            torch.mul(d_news[t], resets[t], out=d_reset_news[t])
            d_state *= updates[t]
            d_state.baddbmm_(d_products[t], transposed)
        d_x = torch.cat([d_updates, d_resets, d_news], dim=-1)
        d_kernel = torch.einsum("tgcu,tgcv->guv", befores, d_products)
        return d_x, d_kernel, d_products.sum(dim=(0, 2))[:, None]


FAST = {
    "BatchNormalization": TorchBatchNormalization,
    "Bidirectional": TorchBidirectional,
    "GRU": TorchGRU,
}
