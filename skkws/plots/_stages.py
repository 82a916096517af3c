"""What the stages of a pipeline make of a clip, with times and frequencies."""

import os
from dataclasses import dataclass, replace

import numpy as np
from sklearn.pipeline import Pipeline

from .._files import is_path
from .._librosa import from_librosa
from .._searches import found_by
from .._validation import as_array
from ..audio import AddNoise, LoadAudio
from ..features import MFCC, PCEN, LogSpectrogram, Normalize, Resize
from ..features._front_end import front_end_of
from ..spotting._steps import NOTHING, first_in


@dataclass(frozen=True)
class View:
    """A clip at some stage.

    Attributes
    ----------
    X : list or ndarray
        The clip as its stage gives it, as the only one of a batch.
    times : ndarray, shape (n_frames,), or None
        Middle of each frame in seconds, None where it is not known.
    frequencies : ndarray, shape (n_bins,), or None
        Middle of each bin in Hz, None where bins are no frequencies.
    bin_label, value_label : str
        What bins and values are.
    """

    X: object
    times: np.ndarray | None = None
    frequencies: np.ndarray | None = None
    bin_label: str = "Bin"
    value_label: str = "Value"


def view_of(pipeline, clip, stage):
    """Lead a clip through a pipeline up to a stage.

    Parameters
    ----------
    pipeline : Pipeline, transformer or search
        What it learns is fitted.
    clip : str, path-like or array-like
        One clip as the pipeline takes it.
    stage : str, int or None
        The last step to go through; None means the last transformer.

    Returns
    -------
    View
        With X of the shape (1, n_frames, n_bins).

    Raises
    ------
    ValueError
        If there is no such stage, it gives no spectrogram, or a step cannot use what
        comes to it.
    """
    pipeline = found_by(pipeline)
    if isinstance(pipeline, Pipeline):
        steps = list(pipeline.steps)
    else:
        steps = [(type(pipeline).__name__, pipeline)]
    end = _end_of(steps, stage)
    view = View(_as_batch(first_in(pipeline), clip))
    for _, step in steps[: end + 1]:
        view = _through(step, view)
    X = np.asarray(view.X)
    if X.ndim == 4 and X.shape[3] == 1:
        X = X[..., 0]
    if X.ndim != 3:
        name, step = steps[end]
        what = "a waveform" if _is_waveform_step(step) else "an array"
        raise ValueError(
            f"stage {name!r} ({type(step).__name__}) gives {what} of the shape "
            f"{X.shape[1:]}, but must give a spectrogram of the shape (n_frames, "
            "n_bins): choose a step that does."
        )
    return replace(view, X=X)


def _end_of(steps, stage):
    """Return the index of a stage."""
    names = [name for name, _ in steps]
    if stage is None:
        end = len(steps) - 1
        if end and not _is_transformer(steps[end][1]):
            end -= 1
    elif isinstance(stage, str) and stage in names:
        end = names.index(stage)
    elif (
        isinstance(stage, int | np.integer)
        and not isinstance(stage, bool)
        and -len(steps) <= stage < len(steps)
    ):
        end = int(stage) % len(steps)
    else:
        raise ValueError(
            f"stage is {stage!r}, but must be None, the name of one of the steps "
            f"{names} or an index of these."
        )
    name, step = steps[end]
    if not _is_transformer(step):
        raise ValueError(
            f"stage {name!r} is a {type(step).__name__}, but must be a transformer."
        )
    return end


def _is_transformer(step):
    return step in NOTHING or hasattr(step, "transform")


def _is_waveform_step(step):
    return isinstance(step, LoadAudio | AddNoise)


def _as_batch(first_step, clip):
    """Return one clip as a batch that the first step takes."""
    if isinstance(first_step, LoadAudio):
        return [clip if is_path(clip) else as_array("clip", clip)]
    if is_path(clip):
        raise ValueError(
            f"clip is the path {os.fspath(clip)!r}, but the pipeline begins with "
            f"{type(first_step).__name__}: give samples, or put LoadAudio in front."
        )
    clip = as_array("clip", clip)
    if isinstance(first_step, AddNoise | LogSpectrogram) and clip.ndim != 1:
        raise ValueError(
            f"clip has the shape {clip.shape}, but must be one clip of the shape "
            "(n_samples,), such as X[0]."
        )
    return clip[np.newaxis]


def _through(step, view):
    """Return the view after a step."""
    if step in NOTHING:
        return view
    if isinstance(step, Pipeline):
        for _, inner in step.steps:
            view = _through(inner, view)
        return view
    X = step.transform(view.X)
    if _is_waveform_step(step):
        return replace(view, X=X)
    if isinstance(step, LogSpectrogram):
        return View(
            X,
            frame_times(step, X.shape[1]),
            bin_frequencies(step),
            value_label=_label_of(step),
        )
    if isinstance(step, Normalize):
        return replace(view, X=X, value_label="Standard deviations")
    if isinstance(step, PCEN):
        return replace(view, X=X, value_label="Normalised energy")
    if isinstance(step, MFCC):
        return replace(
            view,
            X=X,
            frequencies=None,
            bin_label="Coefficient",
            value_label="Cepstrum",
        )
    if isinstance(step, Resize):
        return View(
            X,
            resized(view.times, X.shape[1]),
            resized(view.frequencies, X.shape[2]),
            value_label=view.value_label,
        )
    # An unknown step may do anything to bins and values; that as many frames as before
    # are still the same frames is what most such steps have in common.
    times = view.times
    if times is not None and (np.ndim(X) < 3 or X.shape[1] != len(times)):
        times = None
    return View(X, times)


def frame_times(step, n_frames):
    """Return the middle of each frame of a `LogSpectrogram` in seconds."""
    front_end = front_end_of(step)
    middle = front_end.n_fft / 2
    if front_end.center:
        middle -= front_end.n_fft // 2
    return (np.arange(n_frames) * front_end.hop_length + middle) / step.sr


def bin_frequencies(step):
    """Return the middle of each bin of a `LogSpectrogram` in Hz."""
    if step.n_mels is None:
        front_end = front_end_of(step)
        return np.arange(front_end.n_bins) * step.sr / front_end.n_fft
    mel_frequencies = from_librosa("mel_frequencies")
    fmax = step.sr / 2 if step.fmax is None else step.fmax
    edges = mel_frequencies(step.n_mels + 2, fmin=step.fmin, fmax=fmax, htk=step.htk)
    return edges[1:-1]


def resized(middles, n):
    """Return the middles of n equal parts of an axis that has these; None stays None.

    Examples
    --------
    >>> import numpy as np
    >>> resized(np.array([1.0, 2.0, 3.0, 4.0]), 2)
    array([1.5, 3.5])
    """
    if middles is None or len(middles) == n:
        return middles
    if len(middles) == 1:
        return None
    first, last = 2 * middles[0] - middles[1], 2 * middles[-1] - middles[-2]
    positions = (np.arange(n) + 0.5) * len(middles) / n - 0.5
    return np.interp(
        positions, np.arange(-1, len(middles) + 1), [first, *middles, last]
    )


def _label_of(step):
    """Say what the values of a `LogSpectrogram` are."""
    if step.log == "db":
        return "Power (dB)"
    quantity = {1: "Magnitude", 2: "Power"}.get(
        step.power, f"Magnitude to the power of {step.power:g}"
    )
    return quantity if step.log is None else f"{quantity} (ln)"
