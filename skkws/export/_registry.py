"""Who converts what, made known to skl2onnx."""

from skl2onnx import update_registered_converter
from skl2onnx.common.data_types import FloatTensorType

from ..audio import AddNoise
from ..classifiers import KerasCNNClassifier, KerasGRUClassifier
from ..features import MFCC, PCEN, LogSpectrogram, Normalize, Resize
from ._classifier import convert_classifier, set_classifier_types
from ._graph import Graph, known_shape
from ._spectrograms import (
    mfcc,
    mfcc_shape,
    normalize,
    pcen,
    resize,
    resize_shape,
    same_shape,
)
from ._waveforms import (
    log_spectrogram,
    log_spectrogram_shape,
    waveforms,
    waveforms_shape,
)

# Transformer -> (its nodes, the shape of what comes out).
TRANSFORMERS = {
    AddNoise: (waveforms, waveforms_shape),
    LogSpectrogram: (log_spectrogram, log_spectrogram_shape),
    MFCC: (mfcc, mfcc_shape),
    Normalize: (normalize, same_shape),
    PCEN: (pcen, same_shape),
    Resize: (resize, resize_shape),
}
CLASSIFIERS = KerasCNNClassifier, KerasGRUClassifier

WEIGHTS = ["float32", "int8"]
CLASSIFIER_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "output_class_labels": [True, False],
    "nocl": [False],
    "weights": WEIGHTS,
}


def register():
    """Let skl2onnx convert the steps of skkws."""
    for kind in TRANSFORMERS:
        update_registered_converter(
            kind, _alias(kind), _set_type, _convert, parser=_parse
        )
    for kind in CLASSIFIERS:
        update_registered_converter(
            kind,
            _alias(kind),
            set_classifier_types,
            convert_classifier,
            options=CLASSIFIER_OPTIONS,
        )


def _alias(kind):
    return f"Skkws{kind.__name__}"


def _parse(scope, model, inputs, custom_parsers=None):
    """Declare a transformer; skl2onnx's own parser refuses 16-bit samples."""
    operator = scope.declare_local_operator(_alias(type(model)), model)
    operator.inputs = inputs
    operator.outputs.append(scope.declare_local_variable("variable", FloatTensorType()))
    return operator.outputs


def _set_type(operator):
    step, (x,) = operator.raw_operator, operator.inputs
    shape = TRANSFORMERS[type(step)][1](step, x)
    fitted, n_given = getattr(step, "n_features_in_", None), known_shape(x)[0]
    if fitted not in (None, n_given):
        raise ValueError(
            f"X has clips of the length {n_given}, but {type(step).__name__} was "
            f"fitted to {fitted}."
        )
    operator.outputs[0].set_type(FloatTensorType([x.get_first_dimension(), *shape]))


def _convert(scope, operator, container):
    graph, step = Graph(scope, container), operator.raw_operator
    out = TRANSFORMERS[type(step)][0](graph, step, operator.inputs[0])
    graph.finish(out, operator.outputs[0])
