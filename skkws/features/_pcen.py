"""Per-channel energy normalisation."""

import numpy as np

from .._librosa import from_librosa
from .._parameters import check_count, check_real
from ._blocks import clip_blocks
from ._spectrogram_transformer import SpectrogramTransformer


class PCEN(SpectrogramTransformer):
    """Even out loudness by automatic gain control in every mel bin.

    Takes the place of a logarithm: each bin is divided by its own recent mean, so that
    steady noise and a microphone's gain fade, and then compressed.

    Parameters
    ----------
    sr : int, default=16000
        Sampling rate of the waveforms in Hz.
    hop_length : int, default=160
        From one frame to the next in samples, as `LogSpectrogram` has it.
    gain : float, default=0.98
        Strength of the gain control: 0 for none, 1 for all of it.
    bias : float, default=2
        Added before the compression.
    power : float, default=0.5
        Exponent of the compression; 0 means a logarithm.
    time_constant : float, default=0.4
        Over how many seconds the recent mean is taken.
    eps : float, default=1e-6
        Added to the recent mean, to not amplify silence without bound.
    b : float, default=None
        Coefficient of the recent mean's filter, above 0, at most 1. None means
        what follows from `time_constant`.
    max_size : int, default=1
        The recent mean is that of the loudest among so many neighbouring bins.
    scale : float, default=2147483648
        What the spectrograms are multiplied with first. `bias` and `eps` are meant for
        samples of a 32-bit integer range; the default (two to the power of 31) brings
        there what :func:`librosa.pcen` in its own examples brings there.

    Attributes
    ----------
    n_features_in_ : int
        Number of frames seen in `fit`. Nothing is learnt there, and `transform` works
        without it.

    See Also
    --------
    LogSpectrogram : With ``log=None`` gives the spectrograms that belong here.
    librosa.pcen : Does the work.

    References
    ----------
    .. [1] Y. Wang, P. Getreuer, T. Hughes, R. F. Lyon and R. A. Saurous, "Trainable
       frontend for robust and far-field keyword spotting", ICASSP 2017.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skkws.features import PCEN, LogSpectrogram
    >>> waveforms = np.random.default_rng(0).normal(size=(3, 16000))
    >>> even = make_pipeline(LogSpectrogram(power=1, log=None), PCEN())
    >>> loud, quiet = even.fit_transform(waveforms), even.transform(waveforms / 10)
    >>> bool(abs(loud.mean() / quiet.mean() - 1) < 0.1)
    True
    """

    def __init__(
        self,
        sr=16000,
        *,
        hop_length=160,
        gain=0.98,
        bias=2,
        power=0.5,
        time_constant=0.4,
        eps=1e-6,
        b=None,
        max_size=1,
        scale=2.0**31,
    ):
        self.sr = sr
        self.hop_length = hop_length
        self.gain = gain
        self.bias = bias
        self.power = power
        self.time_constant = time_constant
        self.eps = eps
        self.b = b
        self.max_size = max_size
        self.scale = scale

    def _check_parameters(self):
        check_count("sr", self.sr, "samples a second")
        check_count("hop_length", self.hop_length, "samples")
        for name in ("gain", "bias", "power"):
            check_real(name, getattr(self, name), "a number not below 0", least=0)
        for name in ("eps", "scale"):
            check_real(name, getattr(self, name), "a positive number", above=0)
        # Below, rounding leaves no coefficient of the filter.
        least = self.hop_length / self.sr / 1000
        expected = f"a number of seconds, at least a thousandth of a hop ({least:g})"
        check_real("time_constant", self.time_constant, expected, least=least)
        if self.b is not None:
            check_real(
                "b", self.b, "None or a number above 0, at most 1", above=0, most=1
            )
        check_count("max_size", self.max_size, "bins")

    def _check(self, X, *, reset):
        X = super()._check(X, reset=reset)
        lowest = X.min(axis=(1, 2))
        if lowest.min() < 0:
            clip = lowest.argmin()
            raise ValueError(
                f"Negative values in data passed to PCEN: clip {clip} of X goes down "
                f"to {lowest[clip]:g}, but a spectrogram without a logarithm is "
                "expected."
            )
        return X

    def _transform(self, X):
        pcen = from_librosa("pcen")
        out = np.empty(X.shape, dtype=np.float32)
        # What librosa gets and gives, and about six steps between, are in float64.
        for clips in clip_blocks(len(X), 8 * 8 * X[0].size):
            # log(0) when bias is 0 gives 0 again; what overflows is refused.
            with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
                out[clips] = pcen(
                    X[clips].astype(np.float64) * self.scale,
                    sr=self.sr,
                    hop_length=self.hop_length,
                    gain=self.gain,
                    bias=self.bias,
                    power=self.power,
                    time_constant=self.time_constant,
                    eps=self.eps,
                    b=self.b,
                    max_size=self.max_size,
                    axis=1,
                    max_axis=2,
                )
        if not np.isfinite(out).all():
            raise ValueError(
                f"PCEN gives infinite values with power={self.power!r}, bias="
                f"{self.bias!r}, scale={self.scale!r} and values of X up to "
                f"{X.max():g}: make one of them smaller."
            )
        return out

    def __sklearn_tags__(self):
        """Say that spectrograms must not be negative."""
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        return tags
