"""Spectrograms of mean zero and variance one."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from .._parameters import check_choice
from .._validation import all_or_nothing, check_spectrograms, forget
from ._blocks import clip_blocks
from ._moments import block_moments, center_and_scale, merge_moments, moments


def _has_one_inverse(normalize):
    """Tell whether what was subtracted is known after `transform`."""
    if normalize.axis == "clip":
        raise AttributeError(
            "axis is 'clip', but inverse_transform needs statistics that outlive the "
            "clip: axis None or 'bin'."
        )
    return True


class Normalize(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Bring spectrograms to mean zero and variance one.

    Parameters
    ----------
    axis : {None, "bin", "clip"}, default=None
        What has a mean and variance of its own: None for one of each over everything,
        as ``keras.layers.Normalization(axis=None)``; "bin" for each bin over clips and
        frames; "clip" for each clip, of which nothing is learnt in `fit`, and which
        makes loud and quiet recordings alike.

    Attributes
    ----------
    mean_ : float or ndarray of shape (n_bins,)
        Mean in double precision. Not with ``axis="clip"``, like the next two.
    var_ : float or ndarray of shape (n_bins,)
        Variance in double precision.
    n_values_seen_ : int
        Number of values that each mean is taken over.
    n_features_in_ : int
        Number of frames seen in `fit`.

    See Also
    --------
    LogSpectrogram : Gives spectrograms.
    sklearn.preprocessing.StandardScaler : The same for two-dimensional data.

    Notes
    -----
    What is constant, such as a silent clip, becomes zero. Batches given to
    `partial_fit` lead to the statistics of `fit` on all of them, but for the rounding
    of double precision.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.features import Normalize
    >>> spectrograms = np.random.default_rng(0).normal(-5, 2, size=(9, 98, 40))
    >>> normalized = Normalize(axis="bin").fit_transform(spectrograms)
    >>> bool(np.allclose(normalized.std(axis=(0, 1)), 1))
    True
    """

    def __init__(self, axis=None):
        self.axis = axis

    def fit(self, X, y=None):
        """Learn mean and variance.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Spectrograms; two-dimensional input is read as one bin a frame.
        y : None
            Ignored.

        Returns
        -------
        Normalize
            This transformer.

        Raises
        ------
        ValueError
            If `axis` or the spectrograms cannot be used.
        """
        with all_or_nothing(self):
            return self._learn(X, anew=True)

    def partial_fit(self, X, y=None):
        """Learn mean and variance of this and all former batches.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Spectrograms; two-dimensional input is read as one bin a frame.
        y : None
            Ignored.

        Returns
        -------
        Normalize
            This transformer.

        Raises
        ------
        ValueError
            If `axis` or the spectrograms cannot be used.
        """
        seen = "n_features_in_" if self.axis == "clip" else "n_values_seen_"
        with all_or_nothing(self):
            return self._learn(X, anew=not hasattr(self, seen))

    def transform(self, X):
        """Subtract the mean and divide by the standard deviation.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Spectrograms; two-dimensional input is read as one bin a frame.

        Returns
        -------
        ndarray, shape (n_clips, n_frames, n_bins)
            Normalised spectrograms as float32.

        Raises
        ------
        ValueError
            If `axis` or the spectrograms cannot be used.
        """
        return self._transform(self._check(X))

    def _transform(self, X):
        """Normalise spectrograms that have been checked."""
        out = np.empty(X.shape, dtype=np.float32)
        if self.axis != "clip":
            return _normalize(X, self.mean_, self.var_, out)
        for clips in clip_blocks(len(X), 8 * X[0].size):
            _, mean, var = block_moments(X[clips], (1, 2), keepdims=True)
            _normalize(X[clips], mean, var, out[clips])
        return out

    @available_if(_has_one_inverse)
    def inverse_transform(self, X):
        """Multiply by the standard deviation and add the mean.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Normalised spectrograms.

        Returns
        -------
        ndarray, shape (n_clips, n_frames, n_bins)
            Spectrograms as float32.

        Raises
        ------
        ValueError
            If `axis` or the spectrograms cannot be used.
        """
        X = self._check(X)
        center, scale = center_and_scale(self.mean_, self.var_)
        out = np.multiply(X, scale, dtype=np.float64, out=np.empty_like(X))
        return np.add(out, center, dtype=np.float64, out=out)

    def _learn(self, X, anew):
        check_choice("axis", self.axis, (None, "bin", "clip"))
        X = check_spectrograms(self, X, reset=anew)
        if self.axis == "clip":
            forget(self, "mean_", "var_", "n_values_seen_")  # of another axis
            return self
        seen = moments(X, (0, 1) if self.axis == "bin" else (0, 1, 2))
        if not anew:
            self._check_bins(X)
            former = self.n_values_seen_, self.mean_, self.var_
            seen = merge_moments(former, seen)
        self.n_values_seen_, self.mean_, self.var_ = seen
        return self

    def _check(self, X):
        check_choice("axis", self.axis, (None, "bin", "clip"))
        if self.axis != "clip":
            check_is_fitted(self, "mean_")
        X = check_spectrograms(self, X, reset=False)
        if self.axis != "clip":
            self._check_bins(X)
        return X

    def _check_bins(self, X):
        if np.ndim(self.mean_) != (self.axis == "bin"):
            raise ValueError(
                f"axis is {self.axis!r} now, but was another in fit: call fit again."
            )
        if self.axis == "bin" and X.shape[2] != len(self.mean_):
            raise ValueError(
                f"X has {X.shape[2]} bins, but Normalize is expecting "
                f"{len(self.mean_)} bins as input."
            )

    def __sklearn_tags__(self):
        """Say that spectrograms become float32, and whether `fit` learns."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = self.axis != "clip"
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _normalize(X, mean, var, out):
    """Write the normalised X into `out`.

    In double precision, since a mean far from zero, rounded to float32, would be off by
    a part of a small standard deviation; numpy converts piece by piece.
    """
    center, scale = center_and_scale(mean, var)
    np.subtract(X, center, dtype=np.float64, out=out)
    return np.divide(out, scale, dtype=np.float64, out=out)
