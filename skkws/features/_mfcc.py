"""Cepstral coefficients."""

from functools import lru_cache

import numpy as np
from scipy.fft import dct

from .._parameters import check_choice, check_count, check_real
from ._spectrogram_transformer import SpectrogramTransformer


@lru_cache(maxsize=32)
def cepstral_matrix(n_bins, n_mfcc, dct_type, norm, lifter):
    """Build the matrix that turns a log-mel spectrum into cepstral coefficients.

    Parameters
    ----------
    n_bins : int
        Number of mel bins.
    n_mfcc, dct_type, norm, lifter
        As in :class:`MFCC`.

    Returns
    -------
    ndarray, shape (n_bins, min(n_mfcc, n_bins))
        The matrix as float32, read-only.

    Examples
    --------
    >>> cepstral_matrix(4, 2, 2, "ortho", 0).round(2)
    array([[ 0.5 ,  0.65],
           [ 0.5 ,  0.27],
           [ 0.5 , -0.27],
           [ 0.5 , -0.65]], dtype=float32)
    """
    matrix = dct(np.eye(n_bins), type=dct_type, norm=norm, axis=1)[:, :n_mfcc]
    if lifter > 0:
        order = np.arange(1, matrix.shape[1] + 1)
        matrix = matrix * (1 + lifter / 2 * np.sin(np.pi * order / lifter))
    matrix = matrix.astype(np.float32)
    matrix.flags.writeable = False
    return matrix


class MFCC(SpectrogramTransformer):
    """Turn log-mel spectrograms into cepstral coefficients.

    Parameters
    ----------
    n_mfcc : int, default=20
        Number of coefficients; there are no more than the spectrograms have bins.
    dct_type : {1, 2, 3}, default=2
        Type of the discrete cosine transform; 3 is HTK's manner.
    norm : {"ortho", None}, default="ortho"
        Scaling of the transform, as in :func:`scipy.fft.dct`.
    lifter : float, default=0
        Coefficient k, counted from 1, is weighted by
        ``1 + lifter / 2 * sin(pi * k / lifter)``. 0 means no weights.

    Attributes
    ----------
    n_features_in_ : int
        Number of frames seen in `fit`. Nothing is learnt there, and `transform` works
        without it.

    See Also
    --------
    LogSpectrogram : With ``log="db"`` gives the spectrograms that belong here.
    librosa.feature.mfcc : Gives the same, with frames as the last axis.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skkws.features import MFCC, LogSpectrogram
    >>> waveforms = np.random.default_rng(0).normal(size=(3, 16000))
    >>> cepstra = make_pipeline(LogSpectrogram(log="db"), MFCC(n_mfcc=13))
    >>> cepstra.fit_transform(waveforms).shape
    (3, 98, 13)
    """

    def __init__(self, n_mfcc=20, *, dct_type=2, norm="ortho", lifter=0):
        self.n_mfcc = n_mfcc
        self.dct_type = dct_type
        self.norm = norm
        self.lifter = lifter

    def _check_parameters(self):
        check_count("n_mfcc", self.n_mfcc, "coefficients")
        check_choice("dct_type", self.dct_type, (1, 2, 3))
        check_choice("norm", self.norm, ("ortho", None))
        check_real("lifter", self.lifter, "a number not below 0", least=0)

    def _check(self, X, *, reset):
        X = super()._check(X, reset=reset)
        if self.dct_type == 1 and X.shape[2] < 2:
            raise ValueError(
                f"X has the shape {X.shape}, but dct_type=1 needs at least two bins."
            )
        return X

    def _transform(self, X):
        matrix = cepstral_matrix(
            X.shape[2], self.n_mfcc, int(self.dct_type), self.norm, float(self.lifter)
        )
        return np.matmul(X, matrix)
