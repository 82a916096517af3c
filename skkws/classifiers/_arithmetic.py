"""What convolutions, GRUs and the last layer compute, in NumPy."""

import math

import numpy as np
from scipy.special import expit


def patches_of(x, n_outputs, size, strides, dilation):
    """Gather what each output of a convolution sees.

    Parameters
    ----------
    x : ndarray, shape (*axes, n_channels)
        What the filters move over, contiguous in memory.
    n_outputs, size, strides, dilation : sequence of int
        Of each axis: outputs, entries of a filter, from one output to the next, and
        from one entry to the next.

    Returns
    -------
    ndarray, shape (prod(n_outputs), prod(size) * n_channels)
        A row for each output.

    Examples
    --------
    >>> import numpy as np
    >>> patches_of(np.arange(5)[:, np.newaxis], [2], [2], [3], [1])
    array([[0, 1],
           [3, 4]])
    """
    *per_axis, per_channel = x.strides
    # A view, as of `as_strided`, whose Python takes longer than a small product.
    patches = np.ndarray(
        (*n_outputs, *size, x.shape[-1]),
        x.dtype,
        x,
        strides=(
            *(step * stride for step, stride in zip(strides, per_axis, strict=True)),
            *(step * stride for step, stride in zip(dilation, per_axis, strict=True)),
            per_channel,
        ),
    )
    return patches.reshape(math.prod(n_outputs), math.prod(size) * x.shape[-1])


def gru_step(projected, states, recurrent_kernel, recurrent_bias):
    """Take one step of a GRU with the reset after the product, as in Keras and cuDNN.

    Parameters
    ----------
    projected : ndarray, shape (..., 3 * n_units)
        The product of the step's input and the kernel, with its bias: update and
        reset gates, then new states.
    states : ndarray, shape (..., n_units)
        The states before.
    recurrent_kernel, recurrent_bias : ndarray, shape (..., n_units, 3 * n_units)
        What the states are multiplied with, and what is added.

    Returns
    -------
    ndarray, shape (..., n_units)
        The states after.

    Examples
    --------
    >>> import numpy as np
    >>> gru_step(np.zeros((1, 3)), np.ones((1, 1)), np.zeros((1, 3)), np.zeros(3))
    array([[0.5]])
    """
    n_units = states.shape[-1]
    recurrent = states @ recurrent_kernel
    recurrent += recurrent_bias
    n_gates = 2 * n_units
    gates = expit(projected[..., :n_gates] + recurrent[..., :n_gates])
    update, reset = gates[..., :n_units], gates[..., n_units:]
    reset *= recurrent[..., n_gates:]
    reset += projected[..., n_gates:]
    new = np.tanh(reset, out=reset)
    return new + update * (states - new)


def softmax(logits, axis=-1):
    """Turn logits into probabilities, the exponentials of `log_softmax`.

    Examples
    --------
    >>> import numpy as np
    >>> softmax(np.zeros((1, 2)))
    array([[0.5, 0.5]])
    """
    return np.exp(log_softmax(logits, axis))


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
