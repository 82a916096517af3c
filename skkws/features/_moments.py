"""Mean and variance of spectrograms in double precision and bounded memory."""

import numpy as np

from ._blocks import clip_blocks

# float32 numbers that differ at all do so by 6e-8 of their size; where the standard
# deviation is this small against the mean, there is but the rounding of a constant.
CONSTANT = 1e-12


def moments(X, axes):
    """Compute count, mean and variance over axes that include the clips.

    Parameters
    ----------
    X : ndarray, shape (n_clips, n_frames, n_bins)
        Spectrograms.
    axes : tuple of int
        Axes to go over, 0 among them.

    Returns
    -------
    count : int
        Number of values that each mean is taken over.
    mean, var : ndarray or float
        Statistics in double precision.
    """
    total = (0, 0.0, 0.0)
    for clips in clip_blocks(len(X), 8 * X[0].size):
        total = merge_moments(total, block_moments(X[clips], axes))
    return total


def block_moments(X, axes, keepdims=False):
    """Compute the same at one go, over any axes."""
    deviations = X.astype(np.float64)
    # For one clip, `mean` takes three times as long as the sum that it takes.
    sums = np.add.reduce(deviations, axis=axes, keepdims=True)
    count = X.size // sums.size
    mean = sums / count
    deviations -= mean
    np.square(deviations, out=deviations)
    var = np.add.reduce(deviations, axis=axes, keepdims=keepdims) / count
    return count, mean if keepdims else mean.squeeze(axes), var


def merge_moments(one, other):
    """Merge counts, means and variances of two sets of values.

    The method is that of Chan, Golub and LeVeque, "Updating formulae and a pairwise
    algorithm for computing sample variances", COMPSTAT 1982.

    Examples
    --------
    >>> merge_moments((1, 0.0, 0.0), (1, 2.0, 0.0))
    (2, 1.0, 1.0)
    """
    (n_one, mean_one, var_one), (n_other, mean_other, var_other) = one, other
    count = n_one + n_other
    share = n_other / count
    delta = mean_other - mean_one
    mean = mean_one + delta * share
    var = var_one * (1 - share) + var_other * share + delta**2 * share * (1 - share)
    return count, mean, var


def center_and_scale(mean, var):
    """Return what to subtract and what to divide by to get mean 0 and variance 1.

    What is constant becomes zero and is not divided.
    """
    scale = np.sqrt(var)
    constant = scale <= CONSTANT * np.abs(mean)
    # The mean of equal float32 numbers, rounded to float32, is that number exactly.
    center = np.where(constant, np.float32(mean), mean)
    return center, np.where(constant, 1.0, scale)
