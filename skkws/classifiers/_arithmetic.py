"""What convolutions, GRUs and the last layer compute, in NumPy."""

import math
from typing import NamedTuple

import numpy as np

_HALF = np.array(0.5, np.float32)  # of which NumPy makes less ado than of a number


class Patches:
    """Gathers what each output of a convolution sees.

    Parameters
    ----------
    shape : tuple of int
        Of what the filters move over, (*axes, n_channels).
    n_outputs, size, strides, dilation : sequence of int
        Of each axis: outputs, entries of a filter, from one output to the next, and
        from one entry to the next.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.arange(5, dtype="float32")[:, np.newaxis]
    >>> Patches(x.shape, [2], [2], [3], [1])(x)
    array([[0., 1.],
           [3., 4.]], dtype=float32)
    """

    def __init__(self, shape, n_outputs, size, strides, dilation):
        between = [4 * math.prod(shape[i + 1 :]) for i in range(len(shape))]
        per_output = [step * y for step, y in zip(strides, between, strict=False)]
        per_entry = [step * y for step, y in zip((*dilation, 1), between, strict=True)]
        slow, fast = (n_outputs, per_output), ((*size, shape[-1]), per_entry)
        # Views, as of `as_strided`, whose Python takes longer than a small product.
        # They are copied in the order that has the longer runs: with one channel, it
        # takes half the time to go from output to output for each entry of the filter.
        self._by_entry = size[-1] * shape[-1] < n_outputs[-1]
        if self._by_entry:
            slow, fast = fast, slow
        self._view, self._strides = (*slow[0], *fast[0]), (*slow[1], *fast[1])
        self._rows = math.prod(slow[0]), math.prod(fast[0])

    def __call__(self, x):
        """Gather from x, float32 and contiguous in memory.

        Returns
        -------
        ndarray, shape (prod(n_outputs), prod(size) * n_channels)
            A row for each output.
        """
        view = np.ndarray(self._view, np.float32, x, 0, self._strides)
        rows = view.reshape(self._rows)
        return rows.T if self._by_entry else rows


def rectify(x):
    """Raise negative values to zero, in place.

    Parameters
    ----------
    x : ndarray, contiguous in memory
        What a layer gives, float32.

    Returns
    -------
    ndarray, shape of x
        The same memory.

    Examples
    --------
    >>> import numpy as np
    >>> rectify(np.array([-1, 2], dtype="float32"))
    array([0., 2.], dtype=float32)
    """
    rows = x.reshape(len(x), -1) if x.ndim > 2 else x
    # The maximum with a number would take NumPy four times as long.
    return np.maximum(rows, np.zeros(rows.shape[-1], x.dtype), out=rows).reshape(
        x.shape
    )


class GRUWeights(NamedTuple):
    """The weights of one or more GRUs, as `gru_states` takes them.

    Gates, update before reset, come before new states; within each, the GRUs are side
    by side. Those of the gates are halved: sigmoid(x) is (1 + tanh(x / 2)) / 2, and
    NumPy's tanh takes a third of the time of SciPy's sigmoid.
    """

    kernel: np.ndarray  # (n_inputs, 3 * n_grus * n_units)
    bias: np.ndarray  # (3 * n_grus * n_units,)
    recurrent_kernel: np.ndarray  # (3, n_grus, n_units, n_units)
    recurrent_bias: np.ndarray  # (n_grus, 1, n_units), of new states

    def project(self, x):
        """Multiply inputs with the kernel.

        Parameters
        ----------
        x : ndarray, shape (n_steps, n_inputs)
            What all of the GRUs see.

        Returns
        -------
        ndarray, shape (n_steps, 3, n_grus, 1, n_units)
            What `gru_states` takes.
        """
        n_grus, _, n_units = self.recurrent_bias.shape
        projected = x @ self.kernel
        projected += self.bias
        return projected.reshape(len(x), 3, n_grus, 1, n_units)


def gru_weights(weights):
    """Arrange the weights of GRUs that see the same inputs.

    Parameters
    ----------
    weights : list of ndarray
        Kernel, recurrent kernel and biases of each GRU in turn, as in Keras, with the
        reset after the product.

    Returns
    -------
    GRUWeights
        All of them.
    """
    kernel, recurrent_kernel, biases = map(_by_gate, (weights[i::3] for i in range(3)))
    for array in (kernel, recurrent_kernel, biases):
        array[:2] /= 2
    bias = biases[:, :, 0]
    bias[:2] += biases[:2, :, 1]
    return GRUWeights(
        kernel.transpose(2, 0, 1, 3).reshape(kernel.shape[2], -1),
        bias.reshape(-1),
        recurrent_kernel,
        biases[2, :, 1:].copy(),
    )


def _by_gate(arrays):
    """Turn (n_rows, 3 * n_units) of each GRU into (3, n_grus, n_rows, n_units)."""
    stacked = np.stack(arrays).astype(np.float32)
    n_grus, n_rows, n_columns = stacked.shape
    stacked = stacked.reshape(n_grus, n_rows, 3, n_columns // 3)
    return np.ascontiguousarray(stacked.transpose(2, 0, 1, 3))


def gru_states(projected, states, weights):
    """Take steps of GRUs with the reset after the product, as in Keras and cuDNN.

    Parameters
    ----------
    projected : ndarray, shape (n_steps, 3, n_grus, 1, n_units)
        What `GRUWeights.project` makes of the inputs.
    states : ndarray, shape (n_grus, n_rows, n_units)
        The states before; rows do not know of each other.
    weights : GRUWeights
        Those of the GRUs.

    Returns
    -------
    ndarray, shape (n_steps, n_grus, n_rows, n_units)
        The states after each step.

    Examples
    --------
    >>> import numpy as np
    >>> weights = gru_weights([np.zeros((1, 3)), np.zeros((1, 3)), np.zeros((2, 3))])
    >>> projected = weights.project(np.zeros((2, 1), dtype="float32"))
    >>> gru_states(projected, np.ones((1, 1, 1), dtype="float32"), weights).ravel()
    array([0.5 , 0.25], dtype=float32)
    """
    outputs = np.empty((len(projected), *states.shape), np.float32)
    # All goes into the same few arrays: for one clip, a step is a dozen calls of some
    # tenths of a microsecond, to which new arrays, views and looking functions up, and
    # naming `out`, would add a half.
    add, multiply, tanh = np.add, np.multiply, np.tanh
    products = np.empty((3, *states.shape), np.float32)
    gates, (update, reset, new) = products[:2], products
    kernel, bias = weights.recurrent_kernel, weights.recurrent_bias
    of_gates, of_new = projected[:, :2], projected[:, 2]
    for gates_step, new_step, after in zip(of_gates, of_new, outputs, strict=True):
        np.matmul(states, kernel, products)
        add(gates, gates_step, gates)
        tanh(gates, gates)
        multiply(gates, _HALF, gates)
        add(gates, _HALF, gates)
        add(new, bias, new)
        multiply(new, reset, new)
        add(new, new_step, new)
        tanh(new, new)
        np.subtract(states, new, after)
        multiply(after, update, after)
        add(after, new, after)
        states = after
    return outputs


def softmax(logits, axis=-1):
    """Turn logits into probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.zeros((1, 2)))
    array([[0.5, 0.5]])
    """
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    powers /= powers.sum(axis=axis, keepdims=True)
    return powers


def log_softmax(logits, axis=-1):
    """Turn logits into the logarithms of probabilities.

    SciPy's, which also knows other array types, takes several times as long for the
    few logits of one clip.

    Parameters
    ----------
    logits : ndarray
        Finite numbers.
    axis : int, default=-1
        The axis over which probabilities sum to 1.

    Returns
    -------
    ndarray, shape of logits
        Natural logarithms of probabilities.

    Examples
    --------
    >>> import numpy as np
    >>> log_softmax(np.zeros((1, 2)))
    array([[-0.69314718, -0.69314718]])
    """
    shifted = logits - logits.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
