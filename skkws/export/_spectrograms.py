"""Transformers of spectrograms as nodes of a graph.

Each takes the graph, the fitted step and the variable that goes in, and returns the
name of what comes out. The arithmetic is that of `skkws.features`.
"""

import numpy as np
from onnx import TensorProto, helper

from ..features._mfcc import cepstral_matrix
from ..features._moments import CONSTANT, center_and_scale
from ..features._resize import resize_matrix
from ._graph import as_spectrograms, spectrogram_shape

FRAMES_AND_BINS = np.array([1, 2])


def same_shape(step, variable):
    """Return (n_frames, n_bins) of what comes out as it goes in."""
    return spectrogram_shape(variable)


def resize_shape(step, variable):
    """Return (n_frames, n_bins) of what comes out of a `Resize`."""
    return tuple(map(int, step.size))


def mfcc_shape(step, variable):
    """Return (n_frames, n_bins) of what comes out of an `MFCC`."""
    n_frames, n_bins = spectrogram_shape(variable)
    return n_frames, min(step.n_mfcc, n_bins)


def normalize(graph, step, variable):
    """Emit a `Normalize`, in double precision like it."""
    x = graph.cast(as_spectrograms(graph, variable), np.float64)
    if step.axis == "clip":
        center, scale = _center_and_scale_of_clips(graph, x)
    else:
        center, scale = map(np.float64, center_and_scale(step.mean_, step.var_))
    normalized = graph("Div", graph("Sub", x, center), scale)
    return graph.cast(normalized, np.float32)


def _center_and_scale_of_clips(graph, x):
    mean = graph("ReduceMean", x, FRAMES_AND_BINS)
    deviation = graph("Sub", x, mean)
    square = graph("Mul", deviation, deviation)
    scale = graph("Sqrt", graph("ReduceMean", square, FRAMES_AND_BINS))
    tiny = graph("Mul", graph("Abs", mean), np.float64(CONSTANT))
    constant = graph("LessOrEqual", scale, tiny)
    rounded = graph.cast(graph.cast(mean, np.float32), np.float64)
    return (
        graph("Where", constant, rounded, mean),
        graph("Where", constant, np.float64(1), scale),
    )


def resize(graph, step, variable):
    """Emit a `Resize`."""
    (n_frames, n_bins), size = spectrogram_shape(variable), map(int, step.size)
    over_frames, over_bins = (
        resize_matrix(n_in, n_out, bool(step.antialias))
        for n_in, n_out in zip((n_frames, n_bins), size, strict=True)
    )
    x = as_spectrograms(graph, variable)
    least, most = (graph(f"Reduce{end}", x, np.array([1, 2])) for end in ("Min", "Max"))
    x = graph("MatMul", graph.sparse(over_frames), x)
    x = graph("MatMul", x, graph.sparse(over_bins.T))
    return graph("Min", graph("Max", x, least), most)


def mfcc(graph, step, variable):
    """Emit an `MFCC`."""
    n_bins = spectrogram_shape(variable)[1]
    matrix = cepstral_matrix(
        n_bins, step.n_mfcc, step.dct_type, step.norm, float(step.lifter)
    )
    return graph("MatMul", as_spectrograms(graph, variable), matrix)


def pcen(graph, step, variable):
    """Emit a `PCEN`, the arithmetic of :func:`librosa.pcen` in double precision."""
    number = np.float64
    x = as_spectrograms(graph, variable)
    loudest = graph.cast(_loudest_neighbour(graph, x, step.max_size), number)
    x, loudest = (
        graph("Mul", graph.cast(x, number), number(step.scale)),
        graph("Mul", loudest, number(step.scale)),
    )
    n_bins = spectrogram_shape(variable)[1]
    recent = _recent_mean(graph, loudest, n_bins, _coefficient(step))
    relative = graph("Div", recent, number(step.eps))
    exponent = graph("Add", _log1p(graph, relative), number(np.log(step.eps)))
    gain = graph("Exp", graph("Mul", exponent, number(-step.gain)))
    even = graph("Mul", x, gain)
    if step.power == 0:
        return graph.cast(_log1p(graph, even), np.float32)
    if step.bias == 0:
        compressed = graph("Pow", even, number(step.power))
    else:
        # bias ** power * expm1(power * log1p(even / bias))
        lifted = graph("Add", even, number(step.bias))
        compressed = graph("Pow", lifted, number(step.power))
        compressed = graph("Sub", compressed, number(step.bias) ** step.power)
    return graph.cast(compressed, np.float32)


def _log1p(graph, x):
    return graph("Log", graph("Add", x, np.float64(1)))


def _coefficient(step):
    """Return the coefficient of the recent mean's filter, as librosa does."""
    if step.b is not None:
        return float(step.b)
    n_frames = step.time_constant * step.sr / step.hop_length
    return (np.sqrt(1 + 4 * n_frames**2) - 1) / (2 * n_frames**2)


def _loudest_neighbour(graph, x, size):
    if size == 1:
        return x
    before = size // 2
    pads = [before, size - 1 - before]
    return graph("MaxPool", x, kernel_shape=[size], pads=pads)


def _recent_mean(graph, x, n_bins, coefficient):
    """Emit mean[t] = (1 - coefficient) * mean[t - 1] + coefficient * x[t].

    It starts at 1, as in librosa.
    """
    share = graph("Mul", x, np.float64(coefficient))
    first = graph("Gather", x, np.int64(0), axis=1)
    start = graph("Expand", np.ones((1, 1)), graph("Shape", first))

    def value(name):
        return helper.make_tensor_value_info(name, TensorProto.DOUBLE, [None, n_bins])

    forget = helper.make_tensor("forget", TensorProto.DOUBLE, [], [1 - coefficient])
    body = helper.make_graph(
        [
            helper.make_node("Mul", ["before", "forget"], ["kept"]),
            helper.make_node("Add", ["kept", "share"], ["after"]),
            helper.make_node("Identity", ["after"], ["mean"]),
        ],
        "recent_mean",
        [value("before"), value("share")],
        [value("after"), value("mean")],
        [forget],
    )
    _, means = graph(
        "Scan",
        start,
        share,
        n_outputs=2,
        body=body,
        num_scan_inputs=1,
        scan_input_axes=[1],
        scan_output_axes=[1],
    )
    return means
