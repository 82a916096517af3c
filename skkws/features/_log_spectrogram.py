"""Waveforms to spectrograms."""

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import gen_even_slices

from .._parameters import check_jobs
from .._validation import all_or_nothing, check_waveforms
from ._front_end import front_end_of


class LogSpectrogram(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Turn waveforms into log-mel, or other, spectrograms.

    Takes the magnitude of the short-time Fourier transform, sums it over mel filters
    and takes the logarithm, in float32 and over many clips at once.

    Parameters
    ----------
    sr : int, default=16000
        Sampling rate of the waveforms in Hz.
    n_fft : int, default=None
        Length of a frame in samples. None means the first length from `win_length`
        on that has no prime factor above five, for which the transform is fast:
        400 itself at 16 kHz, which takes three quarters of the time of 512.
    win_length : int, default=None
        Length of the window in samples, at most `n_fft`; a shorter one is centred in
        the frame. None means `n_fft`, or 25 ms where that is None, too.
    hop_length : int, default=None
        From one frame to the next in samples. None means 10 ms.
    window : str, tuple or array-like of shape (win_length,), default="hann"
        A window of :func:`scipy.signal.get_window`, such as ``"hamming"`` or
        ``("kaiser", 14.0)``, or its samples. A name may end in ``_periodic``, which is
        the default, or ``_symmetric``.
    center : bool, default=False
        Whether half a frame is added on both sides, so that frame t is centred on
        sample ``t * hop_length``. Without it, a frame never sees what was not
        recorded, and the last samples may not fill a frame.
    pad_mode : {"constant", "edge", "reflect", "symmetric"}, default="constant"
        How :func:`numpy.pad` fills what `center` adds.
    n_mels : int, default=40
        Number of mel filters. None means no filters: ``n_fft // 2 + 1`` linear bins,
        and the next four parameters do nothing.
    fmin : float, default=0.0
        Lower edge of the first filter in Hz.
    fmax : float, default=None
        Upper edge of the last filter in Hz. None means half the sampling rate.
    htk : bool, default=False
        Whether the mel scale is HTK's formula instead of Slaney's.
    norm : {"slaney", None} or float, default="slaney"
        Scaling of the filters: equal areas, equal heights, or a norm, as in
        :func:`librosa.filters.mel`.
    power : float, default=2.0
        What the magnitude is raised to: 1 for magnitude, 2 for power.
    log : {"ln", "db", None}, default="ln"
        Natural logarithm, decibels with reference 1, or no logarithm.
    amin : float, default=None
        Smaller values count as this one in the logarithm. None means
        ``1e-10 ** (power / 2)``: silence comes to lie just below the rounding noise
        of 16-bit samples, which is 3e-10 in a mel band of the defaults.
    top_db : float, default=None
        With ``log="db"``: what lies more than this under the clip's loudest bin
        is raised to there. None means no such floor.
    max_memory : float, default=6
        Megabytes that a job may use for intermediate results, whatever the number and
        length of clips; with `center`, at least a copy of one clip. The
        default keeps them in a processor's cache: larger is not faster.
    n_jobs : int, default=None
        Number of threads to spread the clips over. None means 1, or that of
        a surrounding :func:`joblib.parallel_config`; -1 means all processors.

    Attributes
    ----------
    n_features_in_ : int
        Number of samples of a waveform seen in `fit`. Nothing is learnt there, and
        `transform` works without it.

    See Also
    --------
    MFCC : Cepstral coefficients of spectrograms in decibels.
    PCEN : Automatic gain control for spectrograms without a logarithm.
    librosa.feature.melspectrogram : Gives the same, with ``log=None``.

    Notes
    -----
    ``1 + (n_samples - n_fft) // hop_length`` frames come out of a clip, and
    ``1 + n_samples // hop_length`` with `center` and an even `n_fft`. A clip shorter
    than a frame is padded at its end with zeros to one frame. Integer waveforms are
    scaled to [-1, 1], but for those of 64 bits, whose type does not tell the loudest
    number: they are taken as they are, with a warning.

    TensorFlow's Hann window of odd length is symmetric, though ``tf.signal.stft``
    calls it periodic. The magnitudes of ``tf.signal.stft(frame_length=255,
    frame_step=128)`` are those of ``LogSpectrogram(n_fft=256, win_length=255,
    hop_length=128, window="hann_symmetric", n_mels=None, power=1, log=None)``. Where
    a window is shorter than the frame by more than one sample, TensorFlow, unlike
    librosa and this class, has it at the start of the frame.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.features import LogSpectrogram
    >>> one_second = np.sin(np.arange(16000) / 16000 * 2 * np.pi * 440)
    >>> spectrograms = LogSpectrogram().transform(one_second[np.newaxis])
    >>> spectrograms.shape
    (1, 98, 40)
    >>> int(spectrograms[0].mean(axis=0).argmax())  # the filter around 440 Hz
    5
    """

    def __init__(
        self,
        sr=16000,
        *,
        n_fft=None,
        win_length=None,
        hop_length=None,
        window="hann",
        center=False,
        pad_mode="constant",
        n_mels=40,
        fmin=0.0,
        fmax=None,
        htk=False,
        norm="slaney",
        power=2.0,
        log="ln",
        amin=None,
        top_db=None,
        max_memory=6,
        n_jobs=None,
    ):
        self.sr = sr
        self.n_fft = n_fft
        self.win_length = win_length
        self.hop_length = hop_length
        self.window = window
        self.center = center
        self.pad_mode = pad_mode
        self.n_mels = n_mels
        self.fmin = fmin
        self.fmax = fmax
        self.htk = htk
        self.norm = norm
        self.power = power
        self.log = log
        self.amin = amin
        self.top_db = top_db
        self.max_memory = max_memory
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Check the parameters and waveforms.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_samples)
            Waveforms of any numeric type.
        y : None
            Ignored.

        Returns
        -------
        LogSpectrogram
            This transformer.

        Raises
        ------
        ValueError
            If a parameter or the waveforms cannot be used.
        """
        front_end_of(self)
        check_jobs(self.n_jobs)
        with all_or_nothing(self):
            check_waveforms(self, X, reset=True)
        return self

    def transform(self, X):
        """Turn waveforms into spectrograms.

        Parameters
        ----------
        X : array-like of shape (n_clips, n_samples)
            Waveforms of any numeric type.

        Returns
        -------
        ndarray, shape (n_clips, n_frames, n_bins)
            Spectrograms as float32.

        Raises
        ------
        ValueError
            If a parameter or the waveforms cannot be used.
        """
        X = check_waveforms(self, X, reset=False)
        front_end = front_end_of(self)
        spectrograms = np.empty(front_end.output_shape(X), dtype=np.float32)
        n_jobs = check_jobs(self.n_jobs)
        # A clip alone gains nothing from asking joblib.
        n_jobs = min(effective_n_jobs(n_jobs), len(X)) if len(X) > 1 else 1
        if n_jobs == 1:
            front_end.fill(X, spectrograms)
        else:
            Parallel(n_jobs, require="sharedmem")(
                delayed(front_end.fill)(X[clips], spectrograms[clips])
                for clips in gen_even_slices(len(X), n_jobs)
            )
        return spectrograms

    def __sklearn_tags__(self):
        """Say that nothing is learnt and float32 comes out."""
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags
