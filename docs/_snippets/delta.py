"""Differences from frame to frame."""

import numpy as np

from skkws._parameters import check_count
from skkws.features._spectrogram_transformer import SpectrogramTransformer


class Delta(SpectrogramTransformer):
    """Replace every frame by its difference from an earlier one.

    Parameters
    ----------
    lag : int, default=2
        How many frames earlier.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.array([[[1], [2], [4], [8]]])  # a clip of four frames and one bin
    >>> Delta(lag=1).fit_transform(X).ravel()
    array([0., 1., 2., 4.], dtype=float32)
    """

    def __init__(self, lag=2):
        self.lag = lag

    def _check_parameters(self):
        check_count("lag", self.lag, "frames")

    def _transform(self, X):
        delta = np.zeros_like(X)
        delta[:, self.lag :] = X[:, self.lag :] - X[:, : -self.lag]
        return delta
