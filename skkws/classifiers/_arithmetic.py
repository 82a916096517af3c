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

    The first axis, of 3, is that of `by_gate`.

    Parameters
    ----------
    projected : ndarray, shape (3, ..., n_units)
        The product of the step's input and the kernel, with its bias.
    states : ndarray, shape (..., n_units)
        The states before.
    recurrent_kernel : ndarray, shape (3, ..., n_units, n_units)
        What the states are multiplied with.
    recurrent_bias : ndarray, shape (3, ..., n_units)
        What is added to that.

    Returns
    -------
    ndarray, shape (..., n_units)
        The states after.

    Examples
    --------
    >>> import numpy as np
    >>> zeros = np.zeros((3, 1, 1))
    >>> gru_step(zeros, np.ones((1, 1)), zeros, zeros)
    array([[0.5]])
    """
    products = states @ recurrent_kernel
    products += recurrent_bias
    gates, new = products[:2], products[2]
    gates += projected[:2]
    update, reset = expit(gates, out=gates)
    new *= reset
    new += projected[2]
    np.tanh(new, out=new)
    after = states - new
    after *= update
    after += new
    return after


def by_gate(weights):
    """Give a GRU's weights an axis of their own for what they belong to.

    Parameters
    ----------
    weights : ndarray, shape (..., 3 * n_units)
        Those of update gates, reset gates and new states side by side, as in Keras.

    Returns
    -------
    ndarray, shape (3, ..., n_units)
        The same, contiguous in memory.

    Examples
    --------
    >>> import numpy as np
    >>> by_gate(np.arange(6)).tolist()
    [[0, 1], [2, 3], [4, 5]]
    """
    weights = weights.reshape(*weights.shape[:-1], 3, weights.shape[-1] // 3)
    return np.ascontiguousarray(np.moveaxis(weights, -2, 0))


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
