"""Nodes of an ONNX graph, written down as calls."""

from numbers import Integral

import numpy as np
from onnx import TensorProto, helper, numpy_helper

# The operators are used as they are from this version on.
OPSET = 18


class Graph:
    """The ONNX graph that grows in one of skl2onnx's containers.

    Called with an operator's name and its inputs it adds a node and returns the name
    of the node's output. Inputs are names, or arrays, which become constants.

    Parameters
    ----------
    scope, container
        What skl2onnx hands a converter.
    int8 : bool, default=False
        Whether `weights` are stored as 8-bit integers.
    """

    def __init__(self, scope, container, *, int8=False):
        if container.target_opset < OPSET:
            raise ValueError(
                f"target_opset is {container.target_opset}, but must be at least "
                f"{OPSET} for the steps of skkws."
            )
        self._scope, self._container, self._int8 = scope, container, int8

    def __call__(self, operator, *inputs, n_outputs=1, **attributes):
        inputs = [x if isinstance(x, str) else self.constant(x) for x in inputs]
        outputs = [self._name(operator) for _ in range(n_outputs)]
        self._container.add_node(operator, inputs, outputs, **attributes)
        return outputs[0] if n_outputs == 1 else outputs

    def constant(self, array):
        """Store an array and return its name."""
        array, name = np.asarray(array), self._name("constant")
        if array.dtype.kind in "OU":
            content, kind = [str(text).encode() for text in array], TensorProto.STRING
        else:  # as bytes, the most compact form
            content, kind = numpy_helper.from_array(array), None
        self._container.add_initializer(name, kind, array.shape, content)
        return name

    def weights(self, array, channel_axes):
        """Store weights, float32, and return the name of their values.

        As 8-bit integers they have one scale for each index along `channel_axes`, and
        become float32 when the graph is loaded.
        """
        if not self._int8:
            return self.constant(array)
        axes = set(range(array.ndim)) - {axis % array.ndim for axis in channel_axes}
        largest = abs(array).max(axis=tuple(axes), keepdims=True)
        scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
        integers = self.constant(np.rint(array / scale).astype(np.int8))
        return self("Mul", self.cast(integers, np.float32), scale)

    def sparse(self, matrix):
        """Store a matrix by its values that are not zero, and return its name."""
        places = np.flatnonzero(matrix).astype(np.int32)
        values = matrix.ravel()[places]
        if places.nbytes + values.nbytes >= matrix.nbytes:
            return self.constant(matrix)
        zero = numpy_helper.from_array(np.zeros(1, matrix.dtype))
        zeros = self("ConstantOfShape", np.array([matrix.size]), value=zero)
        flat = self("ScatterElements", zeros, places, values, axis=0)
        return self("Reshape", flat, np.array(matrix.shape))

    def cast(self, x, dtype):
        """Turn values into another type of NumPy's."""
        return self("Cast", x, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def finish(self, x, variable):
        """Make x what skl2onnx knows as one of its variables."""
        self._container.add_node("Identity", [x], [variable.full_name])

    def _name(self, seed):
        return self._scope.get_unique_variable_name(seed.lower())


def dtype_of(variable):
    """Return the NumPy type of a variable of skl2onnx's."""
    kind = variable.type.to_onnx_type().tensor_type.elem_type
    return helper.tensor_dtype_to_np_dtype(kind)


def as_float32(graph, variable):
    """Return the name of a variable's values as float32."""
    if dtype_of(variable) == np.float32:
        return variable.full_name
    return graph.cast(variable.full_name, np.float32)


def spectrogram_shape(variable):
    """Return (n_frames, n_bins); 2-D input has one bin a frame."""
    shape = known_shape(variable)
    if len(shape) == 3 and shape[2] == 1:
        shape = shape[:2]
    if len(shape) == 1:
        shape = (*shape, 1)
    if len(shape) != 2:
        raise ValueError(
            f"X has the shape {tuple(variable.type.shape)}, but spectrograms have "
            "(n_clips, n_frames, n_bins)."
        )
    return shape


def known_shape(variable):
    """Return the shape of a variable without its first axis, clips."""
    shape = tuple(variable.type.shape)
    if not shape:
        raise ValueError(
            "A step of skkws is within one of which skl2onnx does not tell what it "
            "hands on, such as BaggingClassifier with max_features, and cannot be "
            "exported to ONNX there."
        )
    if len(shape) < 2 or not all(isinstance(n, Integral) and n > 0 for n in shape[1:]):
        raise ValueError(
            f"X has the shape {shape}, but only the number of clips may be unknown."
        )
    return shape[1:]


def as_spectrograms(graph, variable):
    """Return the name of a variable's values, shape (n_clips, n_frames, n_bins)."""
    x = as_float32(graph, variable)
    if len(variable.type.shape) == 3:
        return x
    return graph("Reshape", x, np.array([0, *spectrogram_shape(variable)]))
