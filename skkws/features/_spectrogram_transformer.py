"""What transformers of spectrograms that learn nothing have in common."""

from sklearn.base import BaseEstimator, TransformerMixin

from .._validation import all_or_nothing, check_spectrograms


# `set_output` knows tables alone; without it, no call is wrapped either.
class SpectrogramTransformer(
    TransformerMixin, BaseEstimator, auto_wrap_output_keys=None
):
    """Base class: a subclass says what becomes of the spectrograms.

    It defines ``_check_parameters()`` and ``_transform(X)`` on float32 spectrograms,
    ndarray of shape (n_clips, n_frames, n_bins).
    """

    def fit(self, X, y=None):
        """Check the parameters and spectrograms.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Spectrograms; two-dimensional input is read as one bin a frame.
        y : None
            Ignored.

        Returns
        -------
        object
            This transformer.

        Raises
        ------
        ValueError
            If a parameter or the spectrograms cannot be used.
        """
        with all_or_nothing(self):
            self._check(X, reset=True)
        return self

    def transform(self, X):
        """Transform spectrograms.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_frames, n_bins)
            Spectrograms; two-dimensional input is read as one bin a frame.

        Returns
        -------
        ndarray, three-dimensional
            The outcome for each clip as float32.

        Raises
        ------
        ValueError
            If a parameter or the spectrograms cannot be used.
        """
        return self._transform(self._check(X, reset=False))

    def _check(self, X, *, reset):
        self._check_parameters()
        return check_spectrograms(self, X, reset=reset)

    def __sklearn_tags__(self):
        """Say that nothing is learnt and that spectrograms become float32."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
