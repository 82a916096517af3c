"""A fitted pipeline -> one ONNX file that runs without Python.

Importing this package makes the steps of skkws known to skl2onnx, where that is
installed: `skl2onnx.to_onnx` then takes them, too.
"""

from importlib.util import find_spec

from ._to_onnx import to_onnx

if find_spec("skl2onnx"):
    from ._registry import register

    register()

__all__ = ["to_onnx"]
