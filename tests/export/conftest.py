"""What all tests of the export need; without it they are skipped, by name."""

import numpy as np
import pytest


@pytest.fixture
def run():
    """Return a function that runs a model in onnxruntime, on X in float32."""
    pytest.importorskip("skl2onnx", reason="needs skl2onnx")
    ort = pytest.importorskip("onnxruntime", reason="needs onnxruntime")

    def run(model, X):
        session = ort.InferenceSession(model.SerializeToString())
        return session.run(None, {session.get_inputs()[0].name: np.asarray(X)})

    return run


@pytest.fixture
def path(tmp_path):
    return tmp_path / "words.onnx"
