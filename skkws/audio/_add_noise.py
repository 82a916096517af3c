"""Background noise and shifts for clips to learn from."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import check_random_state

from .._parameters import check_range, check_real
from .._validation import all_or_nothing, check_recordings, check_waveforms
from .._waveforms import SNR_LIMIT, active_part, to_float32


class AddNoise(TransformerMixin, BaseEstimator):
    """Mix background noise into clips to learn from, and shift them in time.

    Only `fit_transform`, and with it the `fit` of a Pipeline, changes anything:
    `transform` gives the clips as they are.

    Parameters
    ----------
    noise : sequence of ndarray, default=None
        Recordings of background noise, each as long as a clip at least, of floats or
        of integers of at most 32 bits. None adds no noise.
    snr : tuple of float, default=(0, 30)
        Range from which each clip's ratio of word to noise is drawn, in dB.
    max_shift : float, default=0.0
        Largest shift, to either side, as a share of the clip. What is shifted in is
        silence, before there is noise in it.
    share : float, default=0.8
        Share of the clips that get noise. The others are shifted alone.
    random_state : int, RandomState instance or None, default=None
        Draws everything.

    Attributes
    ----------
    n_features_in_ : int
        Number of samples of a clip seen in `fit`.

    See Also
    --------
    skkws.NoiseFloor : Noise in spectrograms, drawn anew in each epoch.

    Notes
    -----
    The ratio is that of mean powers: of the word where it is within 25 dB of
    its loudest fiftieth of the clip, and of the noise over the whole clip. A clip of
    zeros stays silent, as no noise is at a ratio to it.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.audio import AddNoise
    >>> rng = np.random.default_rng(0)
    >>> clips = np.sin(np.arange(16000) / 8)[np.newaxis].repeat(3, axis=0)
    >>> noisy = AddNoise([rng.normal(size=48000)], snr=(10, 10), share=1,
    ...                  random_state=0).fit_transform(clips)
    >>> added = noisy[0] - clips[0]
    >>> round(10 * np.log10(np.mean(clips[0] ** 2) / np.mean(added**2)).item(), 2)
    10.0
    """

    def __init__(
        self, noise=None, *, snr=(0, 30), max_shift=0.0, share=0.8, random_state=None
    ):
        self.noise = noise
        self.snr = snr
        self.max_shift = max_shift
        self.share = share
        self.random_state = random_state

    def fit(self, X, y=None):
        """Check the parameters and clips.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_samples)
            Waveforms of any numeric type.
        y : None
            Ignored.

        Returns
        -------
        AddNoise
            This transformer.

        Raises
        ------
        ValueError
            If a parameter or the clips cannot be used.
        """
        self._fitted(X)
        return self

    def fit_transform(self, X, y=None):
        """Mix noise into the clips and shift them.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_samples)
            Waveforms of any numeric type.
        y : None
            Ignored.

        Returns
        -------
        ndarray, shape (n_clips, n_samples)
            Noisy waveforms as float32.

        Raises
        ------
        ValueError
            If a parameter or the clips cannot be used.
        """
        X, noise, snr, max_shift, share = self._fitted(X)
        n_samples = X.shape[1]
        rng = check_random_state(self.random_state)
        noisy = np.empty(X.shape, dtype=np.float32)
        for clip, out in zip(X, noisy, strict=True):
            word = to_float32(clip)
            shift = rng.randint(-max_shift, max_shift + 1)
            out[:] = 0
            out[max(0, shift) : n_samples + min(0, shift)] = word[
                max(0, -shift) : n_samples - max(0, shift)
            ]
            if noise and rng.uniform() < share:
                level = active_part(word)[2]
                level *= 10 ** (-rng.uniform(*snr) / 20)
                out += level * _stretch(noise, n_samples, rng)
        return noisy

    def transform(self, X):
        """Return the clips as they are.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_samples)
            Waveforms of any numeric type.

        Returns
        -------
        ndarray, shape (n_clips, n_samples)
            The same waveforms as float32.

        Raises
        ------
        ValueError
            If the clips cannot be used.
        """
        return to_float32(check_waveforms(self, X, reset=False))

    def _fitted(self, X):
        """Return clips, noise as arrays, ratios, largest shift in samples, share."""
        with all_or_nothing(self):
            X = check_waveforms(self, X, reset=True)
            return X, *self._checked(X.shape[1])

    def _checked(self, n_samples):
        snr = check_range("snr", self.snr, "dB", -SNR_LIMIT, SNR_LIMIT)
        part = "a number from 0 to 1"
        max_shift = check_real("max_shift", self.max_shift, part, least=0, most=1)
        share = check_real("share", self.share, part, least=0, most=1)
        noise = [] if self.noise is None else self.noise
        noise = check_recordings("noise", noise, n_samples)
        for i, one in enumerate(noise):
            if not np.any(to_float32(one)):
                raise ValueError(f"noise[{i}] is silence, but must be noise.")
        return noise, snr, round(max_shift * n_samples), share

    def __sklearn_tags__(self):
        """Say that nothing is learnt and float32 comes out."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags


def _stretch(noise, n_samples, rng):
    """Cut a stretch of mean power 1 out of one of the recordings."""
    source = noise[rng.randint(len(noise))]
    n_starts = len(source) - n_samples + 1
    first = rng.randint(n_starts)
    stretch = to_float32(source[first : first + n_samples])
    if not stretch.any():  # one with a sample that is none of silence
        loud = rng.choice(np.flatnonzero(to_float32(source)))
        first = rng.randint(max(0, loud - n_samples + 1), min(loud + 1, n_starts))
        stretch = to_float32(source[first : first + n_samples])
    return stretch / (np.sqrt(np.mean(np.square(stretch))) or 1)
