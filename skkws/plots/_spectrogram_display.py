"""What a network sees of a clip."""

import numpy as np

from ._frequency_ticks import set_frequency_ticks
from ._stages import view_of
from ._style import axes_or_new, set_whole_ticks


class SpectrogramDisplay:
    """A spectrogram over seconds and Hz, such as a stage of a pipeline makes.

    Use `from_estimator` or `from_predictions`; all they take is kept as attributes.

    Parameters
    ----------
    spectrogram : ndarray, shape (n_frames, n_bins)
        What to draw.
    times : ndarray, shape (n_frames,), default=None
        Middle of each frame in seconds, evenly spaced. None counts frames.
    frequencies : ndarray, shape (n_bins,), default=None
        Middle of each bin in Hz, rising. None counts bins.
    bin_label : str, default="Bin"
        What bins are where there are no frequencies.
    value_label : str, default="Value"
        What the values are, for the colour bar.

    Attributes
    ----------
    image_ : matplotlib.image.AxesImage
        The spectrogram. Bins are equally high: frequencies are ticks at their places.
    colorbar_ : matplotlib.colorbar.Colorbar or None
        What the colours mean.
    ax_ : matplotlib.axes.Axes
        Where it is drawn.
    figure_ : matplotlib.figure.Figure
        The figure around it.

    See Also
    --------
    skkws.LogSpectrogram : Makes spectrograms.
    librosa.display.specshow : Draws what librosa makes.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from skkws import LogSpectrogram, Normalize
    >>> from skkws.plots import SpectrogramDisplay
    >>> clip = np.sin(np.arange(16000) / 16000 * 2 * np.pi * 440)
    >>> pipeline = make_pipeline(LogSpectrogram(), Normalize("clip"))
    >>> display = SpectrogramDisplay.from_estimator(pipeline, clip)
    >>> display.spectrogram.shape, display.ax_.get_ylabel()
    ((98, 40), 'Frequency (kHz)')
    """

    def __init__(
        self,
        *,
        spectrogram,
        times=None,
        frequencies=None,
        bin_label="Bin",
        value_label="Value",
    ):
        self.spectrogram = spectrogram
        self.times = times
        self.frequencies = frequencies
        self.bin_label = bin_label
        self.value_label = value_label

    @classmethod
    def from_estimator(
        cls, pipeline, clip, *, stage=None, colorbar=True, ax=None, **kwargs
    ):
        """Lead a clip through a pipeline and draw what a stage makes of it.

        Steps of skkws keep times and frequencies. After any other, bins are counted,
        and frames, too, if there are not as many as before.

        Parameters
        ----------
        pipeline : Pipeline, transformer or search
            What `transform` needs is fitted; a classifier at its end need not be. Of a
            search it is the best one.
        clip : str, path-like or array-like
            One clip as the first step takes it: a path for `LoadAudio`, samples of the
            shape (n_samples,), or a spectrogram of the shape (n_frames, n_bins).
        stage : str or int, default=None
            Name or index of the last step to go through. None means the last
            transformer.
        colorbar : bool, default=True
            Whether to draw what the colours mean.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.imshow`; not ``origin`` and ``extent``.

        Returns
        -------
        SpectrogramDisplay
            The display.

        Raises
        ------
        ValueError
            If there is no such stage, it gives no spectrogram (such as a waveform), or
            a step cannot use what comes to it.
        NotFittedError
            If a step that learns is not fitted.
        TypeError
            If ``origin`` or ``extent`` is given.
        """
        view = view_of(pipeline, clip, stage)
        return cls.from_predictions(
            view.X[0],
            times=view.times,
            frequencies=view.frequencies,
            bin_label=view.bin_label,
            value_label=view.value_label,
            colorbar=colorbar,
            ax=ax,
            **kwargs,
        )

    @classmethod
    def from_predictions(
        cls,
        spectrogram,
        *,
        times=None,
        frequencies=None,
        bin_label="Bin",
        value_label="Value",
        colorbar=True,
        ax=None,
        **kwargs,
    ):
        """Draw a spectrogram.

        Parameters
        ----------
        spectrogram : array-like, shape (n_frames, n_bins)
            What to draw.
        times : array-like, shape (n_frames,), default=None
            Middle of each frame in seconds, evenly spaced. None counts frames.
        frequencies : array-like, shape (n_bins,), default=None
            Middle of each bin in Hz, rising. None counts bins.
        bin_label : str, default="Bin"
            What bins are where there are no frequencies.
        value_label : str, default="Value"
            What the values are, for the colour bar.
        colorbar : bool, default=True
            Whether to draw what the colours mean.
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        **kwargs : dict
            For `matplotlib.axes.Axes.imshow`; not ``origin`` and ``extent``.

        Returns
        -------
        SpectrogramDisplay
            The display.

        Raises
        ------
        ValueError
            If the shapes do not fit together, the spectrogram has other than real
            numbers, or times or frequencies do not rise as they must.
        TypeError
            If ``origin`` or ``extent`` is given.
        """
        spectrogram = np.asarray(spectrogram)
        if spectrogram.dtype.kind not in "biuf":
            raise ValueError(
                f"spectrogram is of the type {spectrogram.dtype}, but must have real "
                "numbers, such as magnitudes."
            )
        if spectrogram.ndim != 2 or 0 in spectrogram.shape:
            raise ValueError(
                f"spectrogram has the shape {spectrogram.shape}, but must have the "
                "shape (n_frames, n_bins), with at least one of each."
            )
        n_frames, n_bins = spectrogram.shape
        display = cls(
            spectrogram=spectrogram,
            times=_checked("times", times, n_frames, "frames", evenly=True),
            frequencies=_checked("frequencies", frequencies, n_bins, "bins"),
            bin_label=bin_label,
            value_label=value_label,
        )
        return display.plot(ax, colorbar=colorbar, **kwargs)

    def plot(self, ax=None, *, colorbar=True, **kwargs):
        """Draw the spectrogram.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where to draw; None makes a new figure.
        colorbar : bool, default=True
            Whether to draw what the colours mean.
        **kwargs : dict
            For `matplotlib.axes.Axes.imshow`; not ``origin`` and ``extent``.

        Returns
        -------
        SpectrogramDisplay
            This display.

        Raises
        ------
        TypeError
            If ``origin`` or ``extent`` is given.
        """
        for name in ("origin", "extent"):
            if name in kwargs:
                raise TypeError(
                    f"{name} cannot be given, as frames and bins have their places "
                    "here: set the limits of ax_ instead."
                )
        ax = axes_or_new(ax)
        n_frames, n_bins = self.spectrogram.shape
        first, last = -0.5, n_frames - 0.5
        if self.times is not None:
            half = _step(self.times) / 2
            first, last = self.times[0] - half, self.times[-1] + half
        defaults = {
            "origin": "lower",
            "aspect": "auto",
            "cmap": "viridis",
            "interpolation": "nearest",
            "extent": (first, last, -0.5, n_bins - 0.5),
        }
        self.image_ = ax.imshow(self.spectrogram.T, **{**defaults, **kwargs})
        ax.set_xlabel("Frame" if self.times is None else "Time (s)")
        if self.frequencies is None or n_bins < 2:
            ax.set_ylabel(self.bin_label)
            set_whole_ticks(ax.yaxis)
        else:
            set_frequency_ticks(ax, self.frequencies)
        if self.times is None:
            set_whole_ticks(ax.xaxis)
        self.colorbar_ = None
        if colorbar:
            self.colorbar_ = ax.figure.colorbar(
                self.image_, ax=ax, label=self.value_label
            )
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _checked(name, values, n, unit, evenly=False):
    """Return n rising numbers as an array; None stays None."""
    if values is None:
        return None
    values = np.asarray(values)
    if values.shape != (n,):
        raise ValueError(
            f"{name} has the shape {values.shape}, but the spectrogram has {n} {unit}."
        )
    if values.dtype.kind not in "iuf" or not _rise(values, evenly):
        how = "rise by equal steps" if evenly else "rise"
        raise ValueError(f"{name} has other values, but must {how}.")
    return values


def _rise(values, evenly):
    steps = np.diff(values)
    return (
        np.isfinite(values).all()
        and (steps > 0).all()
        and (not evenly or np.allclose(steps, steps[:1], rtol=1e-3))
    )


def _step(times):
    """Return the seconds from frame to frame; of a single one, 10 ms."""
    return (times[-1] - times[0]) / (len(times) - 1) if len(times) > 1 else 0.01
