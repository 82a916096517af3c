"""The classifiers as nodes of a graph."""

import numpy as np
from skl2onnx.common.data_types import (
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)

from ..classifiers._stored import network_layers
from ._graph import Graph, as_spectrograms, spectrogram_shape
from ._layers import emit_layer


def set_classifier_types(operator):
    """Tell skl2onnx types and shapes of label and probabilities."""
    classifier, (x,) = operator.raw_operator, operator.inputs
    if spectrogram_shape(x) != tuple(classifier.input_shape_):
        n_frames, n_bins = classifier.input_shape_
        raise ValueError(
            f"X has the shape {tuple(x.type.shape)}, but {type(classifier).__name__} "
            f"was fitted on {n_frames} frames of {n_bins} bins."
        )
    words = exported_labels(classifier.classes_)
    n_clips = x.get_first_dimension()
    label, probabilities = operator.outputs
    kind = StringTensorType if words.dtype.kind == "U" else Int64TensorType
    label.set_type(kind([n_clips]))
    probabilities.set_type(FloatTensorType([n_clips, len(words)]))


def convert_classifier(scope, operator, container):
    """Emit the network, and the words that it finds most probable."""
    classifier, (x,) = operator.raw_operator, operator.inputs
    options = scope.get_options(classifier, {"weights": "float32"})
    graph = Graph(scope, container, int8=options["weights"] == "int8")
    probabilities = _probabilities(graph, classifier, as_spectrograms(graph, x))
    best = graph("ArgMax", probabilities, axis=1, keepdims=0)
    label = graph("Gather", exported_labels(classifier.classes_), best)
    graph.finish(label, operator.outputs[0])
    graph.finish(probabilities, operator.outputs[1])


def exported_labels(classes):
    """Return the words as an array of a type that ONNX has: text or int64.

    Parameters
    ----------
    classes : ndarray, shape (n_classes,)
        A classifier's `classes_`.

    Returns
    -------
    ndarray, shape (n_classes,)
        The same words; whole floats and booleans become integers, as in skl2onnx.

    Examples
    --------
    >>> import numpy as np
    >>> exported_labels(np.array(["no", "yes"], dtype=object))
    array(['no', 'yes'], dtype='<U3')
    """
    values = classes.tolist()
    if all(isinstance(value, str) for value in values):
        return np.array(values)
    try:
        if all(int(value) == value for value in values):
            return np.array(values, np.int64)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ValueError(
        f"The classes are {', '.join(map(repr, values))}, but labels in ONNX must all "
        "be text or all whole numbers of at most 64 bits, with a sign."
    )


def _probabilities(graph, classifier, x):
    state = classifier._state
    layers = network_layers(state["architecture"], state["weights"])
    outputs = {layers[0].name: x}
    for layer in layers[1:]:
        inputs = (outputs[name] for name in layer.inputs)
        outputs[layer.name] = emit_layer(graph, layer, *inputs)
    probabilities = graph("Softmax", outputs[layers[-1].name], axis=-1)
    if layers[-1].kind == "TimeDistributed":
        # A clip's probabilities are the mean over its frames.
        return graph("ReduceMean", probabilities, np.array([1]), keepdims=0)
    return probabilities
