"""What becomes of waveforms, as nodes of a graph."""

import math

import numpy as np

from .._waveforms import half_range_of
from ..features._front_end import front_end_of
from ..features._stft import count_frames, floor_of
from ._graph import as_float32, dtype_of, known_shape


def waveforms_shape(step, variable):
    """Return (n_samples,), the shape of waveforms without the clips."""
    shape = known_shape(variable)
    if len(shape) != 1:
        raise ValueError(
            f"X has the shape {tuple(variable.type.shape)}, but {type(step).__name__} "
            "expects waveforms of the shape (n_clips, n_samples)."
        )
    return shape


def waveforms(graph, step, variable):
    """Scale integers as `to_float32` does, which is all that `AddNoise` predicts."""
    dtype, x = dtype_of(variable), as_float32(graph, variable)
    half_range = half_range_of(dtype)
    if half_range is None:
        return x
    if dtype.kind == "u":
        x = graph("Sub", x, np.float32(half_range))
    return graph("Mul", x, np.float32(1 / half_range))


def log_spectrogram_shape(step, variable):
    """Return (n_frames, n_bins) of what comes out."""
    front_end, (n_samples,) = front_end_of(step), waveforms_shape(step, variable)
    n_frames = count_frames(
        n_samples, front_end.n_fft, front_end.hop_length, center=front_end.center
    )
    return n_frames, front_end.n_bins


def log_spectrogram(graph, step, variable):
    """Emit a `LogSpectrogram` and return the name of the spectrograms."""
    front_end = front_end_of(step)
    (n_samples,) = waveforms_shape(step, variable)
    x = _padded(graph, waveforms(graph, step, variable), n_samples, front_end)
    spectrum = _power_spectrum(graph, x, front_end)
    if front_end.power == 1:
        spectrum = graph("Sqrt", spectrum)
    elif front_end.power != 2:
        spectrum = graph("Pow", spectrum, np.float32(front_end.power / 2))
    if front_end.mel is not None:
        spectrum = graph("MatMul", graph.sparse(_mel_matrix(front_end)), spectrum)
    return graph("Transpose", _compressed(graph, spectrum, front_end), perm=[0, 2, 1])


def _padded(graph, x, n_samples, front_end):
    """Pad as `pad_for_frames` does."""
    half = front_end.n_fft // 2 if front_end.center else 0
    if half and front_end.pad_mode == "constant":
        x = graph("Pad", x, np.array([0, half, 0, half]))
    elif half:
        # With NumPy's own indices: ONNX has no "symmetric" and reflects only once.
        sources = np.pad(np.arange(n_samples), half, mode=front_end.pad_mode)
        left = graph("Gather", x, sources[:half], axis=1)
        right = graph("Gather", x, sources[-half:], axis=1)
        x = graph("Concat", left, x, right, axis=1)
    missing = front_end.n_fft - n_samples - 2 * half
    if missing > 0:
        x = graph("Pad", x, np.array([0, 0, 0, missing]))
    return x


def _power_spectrum(graph, x, front_end):
    """Return squared magnitudes, shape (n_clips, n_fft // 2 + 1, n_frames).

    As one convolution, whose filters are the windowed cosines and sines. onnxruntime's
    STFT takes ten times as long and is less exact. The filters would outweigh most
    networks, so only one period is stored, and they are made when the graph is loaded.
    """
    n_fft = front_end.n_fft
    phases = 2 * np.pi * np.arange(n_fft) / n_fft
    period = np.array([np.cos(phases), np.sin(phases)], np.float32)
    step = np.int64(1)
    samples = graph("Range", np.int64(0), np.int64(n_fft), step)
    bins = graph("Range", np.int64(0), np.int64(n_fft // 2 + 1), step)
    turns = graph("Mul", graph("Unsqueeze", bins, np.array([1])), samples)
    waves = graph("Gather", period, graph("Mod", turns, np.int64(n_fft)), axis=1)
    filters = graph("Mul", waves, front_end.window)
    filters = graph("Reshape", filters, np.array([-1, 1, n_fft]))
    channel = graph("Unsqueeze", x, np.array([1]))
    transform = graph("Conv", channel, filters, strides=[front_end.hop_length])
    squares = graph("Mul", transform, transform)
    parts = graph("Split", squares, n_outputs=2, axis=1, num_outputs=2)
    return graph("Add", *parts)


def _mel_matrix(front_end):
    matrix = np.zeros((front_end.n_bins, front_end.n_fft // 2 + 1), np.float32)
    for filters, bins, weights in front_end.mel:
        matrix[filters, bins] = weights.T
    return matrix


def _compressed(graph, spectrum, front_end):
    """Take the logarithm as `compress` and `limit_range` do."""
    if front_end.log is None:
        return spectrum
    floor = floor_of(front_end.amin)
    logarithm = graph("Log", graph("Max", spectrum, floor))
    # onnxruntime rounds it in two ways, and silence would not be constant.
    is_low = graph("LessOrEqual", spectrum, floor)
    logarithm = graph("Where", is_low, np.log(floor, dtype=np.float32), logarithm)
    if front_end.log == "ln":
        return logarithm
    db = graph("Mul", logarithm, np.float32(20 / front_end.power / math.log(10)))
    if front_end.top_db is None:
        return db
    loudest = graph("ReduceMax", db, np.array([1, 2]))
    return graph("Max", db, graph("Sub", loudest, np.float32(front_end.top_db)))
