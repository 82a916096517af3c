"""Spectrograms of one size for networks that want one."""

from functools import lru_cache
from numbers import Integral

import numpy as np

from .._parameters import check_choice
from ._blocks import clip_blocks
from ._spectrogram_transformer import SpectrogramTransformer


@lru_cache(maxsize=32)
def resize_matrix(n_in, n_out, antialias):
    """Build the matrix that resizes an axis linearly.

    Parameters
    ----------
    n_in, n_out : int
        Length of the axis before and after.
    antialias : bool
        Whether the triangle that weights the inputs widens as the axis shrinks, so that
        each input counts.

    Returns
    -------
    ndarray, shape (n_out, n_in)
        The matrix as float32, read-only; its rows sum to one.

    Examples
    --------
    >>> resize_matrix(4, 2, False)
    array([[0.5, 0.5, 0. , 0. ],
           [0. , 0. , 0.5, 0.5]], dtype=float32)
    """
    # Pixels are areas: the middle of output k lies at (k + 0.5) * step of the input,
    # where the middle of input i lies at i + 0.5.
    step = n_in / n_out
    middles = (np.arange(n_out) + 0.5) * step - 0.5
    reach = max(1.0, step) if antialias else 1.0
    distances = np.abs(middles[:, np.newaxis] - np.arange(n_in))
    weights = np.maximum(0, 1 - distances / reach)
    matrix = (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)
    matrix.flags.writeable = False
    return matrix


class Resize(SpectrogramTransformer):
    """Resize spectrograms by bilinear interpolation.

    Parameters
    ----------
    size : tuple of two int, default=(32, 32)
        Number of frames and of bins of the result.
    antialias : bool, default=False
        Whether each frame and bin counts where the size shrinks, instead of the nearest
        two alone.

    Attributes
    ----------
    n_features_in_ : int
        Number of frames seen in `fit`. Nothing is learnt there, and `transform` works
        without it.

    See Also
    --------
    LogSpectrogram : Gives spectrograms.

    Notes
    -----
    The result is that of ``keras.layers.Resizing(*size, interpolation="bilinear",
    antialias=antialias)``, which the TensorFlow, JAX and torch backends of Keras
    agree on with antialiasing and without.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.features import Resize
    >>> spectrograms = np.random.default_rng(0).normal(size=(5, 124, 129))
    >>> Resize().transform(spectrograms).shape
    (5, 32, 32)
    """

    def __init__(self, size=(32, 32), *, antialias=False):
        self.size = size
        self.antialias = antialias

    def _check_parameters(self):
        size = self.size
        if (
            not isinstance(size, (tuple, list, np.ndarray))
            or getattr(size, "ndim", 1) != 1
            or len(size) != 2
            or not all(
                isinstance(n, Integral) and not isinstance(n, bool) and n > 0
                for n in size
            )
        ):
            raise ValueError(
                f"size is {size!r}, but must be a pair of positive numbers: of frames "
                "and of bins."
            )
        check_choice("antialias", self.antialias, (False, True))

    def _transform(self, X):
        n_frames, n_bins = map(int, self.size)
        over_frames = resize_matrix(X.shape[1], n_frames, bool(self.antialias))
        over_bins = resize_matrix(X.shape[2], n_bins, bool(self.antialias)).T
        out = np.empty((len(X), n_frames, n_bins), dtype=np.float32)
        for clips in clip_blocks(len(X), 4 * n_frames * X.shape[2]):
            np.matmul(np.matmul(over_frames, X[clips]), over_bins, out=out[clips])
        # Means lie within what they are of; by rounding, those of a constant may not.
        least, most = (get(axis=(1, 2), keepdims=True) for get in (X.min, X.max))
        np.clip(out, least, most, out=out)
        return out
