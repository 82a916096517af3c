"""Paths and recordings to waveforms of equal length."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import validate_data

from .._files import (
    MAX_DURATION,
    check_duration,
    check_finite,
    check_max_duration,
    fill_rows,
    is_path,
    read_sound,
)
from .._parameters import check_choice, check_count, check_jobs
from .._validation import (
    all_or_nothing,
    check_finite_clips,
    forget,
    refuse_mixed_columns,
    with_numpy_types,
)
from .._warnings import warn_user
from .._waveforms import (
    RESAMPLE_MARGIN,
    clip_length,
    to_clip,
    to_float32,
    warn_of_scale,
)
from ._recordings import as_recordings, is_one_waveform, odd_ones


class LoadAudio(TransformerMixin, BaseEstimator):
    """Load sound files or recordings as waveforms of equal length.

    Channels are averaged, the rate is converted, and the end is padded with zeros
    or trimmed. Files are decoded by soundfile and read no further than needed;
    rates are converted by soxr.

    Parameters
    ----------
    sr : int, default=16000
        Rate of the waveforms in Hz.
    duration : float, default=1.0
        Length of the waveforms in seconds.
    input_sr : int or None, default=None
        Rate of waveforms given to `transform`, in Hz; None means `sr`. Files tell
        their own rate.
    max_duration : float or None, default=60.0
        Longest recording in seconds that is accepted: an hour among clips is
        a mistake. None accepts any.
    on_error : {"raise", "silence"}, default="raise"
        What to do with a recording that cannot be used, or a path that is missing
        (None or NaN): raise an error that names it, or put zeros in its place and
        list all of them in one warning.
    n_jobs : int or None, default=None
        Number of threads; None means 1 unless in a :func:`joblib.parallel_config`
        context, -1 means all processors. Decoding and resampling run without
        Python's lock, but 16-bit WAV files are read about as fast by one thread.

    Attributes
    ----------
    n_features_in_ : int
        Number of samples seen in `fit`; only set where X was one numeric array.
    feature_names_in_ : ndarray, shape (n_columns,)
        Names of the columns seen in `fit`; only set where X was a table of numbers
        with string column names.

    See Also
    --------
    skkws.datasets.load_audio_folder : Load the recordings of a whole folder.

    Notes
    -----
    There is nothing to learn: `transform` works without `fit`. Files and lists of
    waveforms may have any length at any time, but a 2-D array must be as wide as
    the one given to `fit`, if any, as everywhere in scikit-learn; pass
    ``list(X)`` to have arrays of another width padded or trimmed.

    Integer waveforms are divided by the full range of their type; floats are taken
    as they are, and so are integers of 64 bits, with a warning, as their type does not
    tell the loudest number.

    The cache of a ``Pipeline(memory=...)`` knows files by their paths: delete it where
    recordings have changed.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws.audio import LoadAudio
    >>> mono = np.array([-32768, 0, 16384], dtype="int16")
    >>> stereo = np.array([[0.5, 0.0], [1.0, 1.0]])
    >>> LoadAudio(sr=8000, duration=4 / 8000).transform([mono, stereo])
    array([[-1.  ,  0.  ,  0.5 ,  0.  ],
           [ 0.25,  1.  ,  0.  ,  0.  ]], dtype=float32)
    """

    def __init__(
        self,
        sr=16000,
        duration=1.0,
        *,
        input_sr=None,
        max_duration=MAX_DURATION,
        on_error="raise",
        n_jobs=None,
    ):
        self.sr = sr
        self.duration = duration
        self.input_sr = input_sr
        self.max_duration = max_duration
        self.on_error = on_error
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Check the parameters and the kind of X; no file is opened.

        Parameters
        ----------
        X : array-like
            Paths or waveforms, as in `transform`.
        y : None
            Ignored.

        Returns
        -------
        LoadAudio
            The transformer itself.
        """
        self._check_params()
        with all_or_nothing(self):
            self._check_X(X, reset=True)
        return self

    def transform(self, X):
        """Load every recording.

        Parameters
        ----------
        X : array-like
            One of: a list, 1-D array or column of paths (str or path-like); a list of
            waveforms, each an ndarray of the shape (n,) or (n, n_channels); an
            array of the shape (n_clips, n) or (n_clips, n, n_channels).

        Returns
        -------
        ndarray, shape (n_clips, n_samples)
            Waveforms, float32, with ``n_samples = round(duration * sr)``.

        Raises
        ------
        FileNotFoundError, IsADirectoryError, PermissionError
            If a path leads to no readable file.
        ValueError
            If a recording is empty, corrupt, too long, or holds NaN or infinity,
            or a parameter is out of range.
        TypeError
            If X is of none of these kinds.
        """
        n_samples = self._check_params()
        recordings, failures = self._check_X(X, reset=False)
        waveforms = np.zeros((len(recordings), n_samples), dtype=np.float32)
        types = set()  # of their samples

        def load(i):
            if i in failures:
                return waveforms[i, :0]
            try:
                samples, rate = self._read(recordings[i], i)
            except (OSError, ValueError) as error:
                if self.on_error == "raise":
                    raise
                failures[i] = error
                return waveforms[i, :0]
            types.add(samples.dtype)
            clip = to_clip(samples, rate, sr=self.sr, n_samples=n_samples)
            return to_float32(clip)

        fill_rows(waveforms, load, n_jobs=self.n_jobs)
        for dtype in types:
            warn_of_scale(dtype)
        if failures:
            reasons = " ".join(str(failures[i]) for i in sorted(failures))
            warn_user(
                f"{len(failures)} of {len(recordings)} recordings became silence: "
                f"{reasons}"
            )
        return waveforms

    def _read(self, recording, i):
        """Return the samples of a path or waveform and their rate."""
        if is_path(recording):
            return read_sound(
                recording,
                seconds=self.duration + RESAMPLE_MARGIN,
                max_duration=self.max_duration,
            )
        name = f"Clip {i} of X"
        try:
            samples = np.asarray(recording)
        except ValueError as error:  # rows of different lengths
            raise ValueError(f"{name} is no array of numbers.") from error
        if samples.dtype.kind not in "biuf":
            raise ValueError(
                f"{name} is of the type {samples.dtype}, but must hold real numbers."
            )
        # More channels than samples are a waveform that lies on its side.
        if (
            samples.ndim not in (1, 2)
            or samples.ndim == 2
            and (samples.shape[1] > samples.shape[0] > 0 or samples.shape[1] == 0)
        ):
            raise ValueError(
                f"{name} has the shape {samples.shape}, but a waveform must have the "
                "shape (n_samples,) or (n_samples, n_channels)."
            )
        rate = self.sr if self.input_sr is None else self.input_sr
        check_duration(name, len(samples), rate, self.max_duration)
        check_finite(name, samples)
        return samples, rate

    def _check_X(self, X, *, reset):
        """Return X as a sequence of paths or waveforms, and {row: error} of others."""
        recordings = as_recordings(X)
        if recordings is not None:
            wrong = odd_ones(recordings)
            # One waveform, given as X, is not as many recordings of silence.
            all_wrong = len(wrong) == len(recordings)
            if wrong and (
                self.on_error == "raise" or (all_wrong and is_one_waveform(X))
            ):
                raise next(iter(wrong.values()))
            if reset:
                forget(self, "n_features_in_", "feature_names_in_")  # of an array
            return recordings, wrong
        refuse_mixed_columns(X)
        X = validate_data(
            self,
            with_numpy_types(X),
            reset=reset,
            dtype="numeric",
            allow_nd=True,
            ensure_all_finite=False,
        )
        if self.on_error == "raise":
            check_finite_clips(X)
        return X, {}

    def _check_params(self):
        """Refuse parameters that are out of range; return the length of a clip."""
        if self.input_sr is not None:
            check_count("input_sr", self.input_sr, "Hz, or None")
        check_max_duration(self.max_duration)
        check_choice("on_error", self.on_error, ("raise", "silence"))
        check_jobs(self.n_jobs)
        return clip_length(self.duration, self.sr)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        tags.input_tags.string = True
        tags.input_tags.allow_nan = self.on_error == "silence"
        tags.transformer_tags.preserves_dtype = []
        return tags
