import os
import subprocess
import sys

import pytest

CODE = """
import importlib.util, os
{before}
from skkws.classifiers._backend import import_keras
chosen = os.environ.get("KERAS_BACKEND")
try:
    print(import_keras().backend.backend())
except ImportError as error:
    print(error)
assert os.environ.get("KERAS_BACKEND") == chosen
"""
ONLY = """
find = importlib.util.find_spec
hidden = {{"tensorflow", "jax", "torch"}} - {{*{names}}}
importlib.util.find_spec = lambda name: None if name in hidden else find(name)
"""


def run(before="", **environment):
    env = {name: v for name, v in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(before=before)],
        env={**env, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_backend_that_the_user_asks_for(backend):
    pytest.importorskip(backend)
    assert run(KERAS_BACKEND=backend) == backend
    imported = f"os.environ['KERAS_BACKEND'] = {backend!r}\nimport keras\ndel os.environ['KERAS_BACKEND']"  # noqa: E501
    assert run(imported) == backend


def test_first_backend_installed():
    pytest.importorskip("tensorflow")
    assert run() == "tensorflow"
    pytest.importorskip("torch")
    assert run(ONLY.format(names=("torch",))) == "torch"


def test_no_backend():
    assert 'pip install "skkws[tensorflow]"' in run(ONLY.format(names=()))


def test_backend_asked_for_is_not_installed():
    sentence = run(ONLY.format(names=("torch",)), KERAS_BACKEND="jax")
    assert "KERAS_BACKEND is 'jax', but jax is not installed" in sentence


HALF = """
import threading
from skkws.classifiers._backend import import_keras
other = threading.Thread(target=lambda: print(import_keras().backend.backend()))
other.start()
other.join(0.5)  # is not to end before this import has
class backend:
    backend = staticmethod(lambda: "numpy")
"""


@pytest.mark.parametrize("how", ["import keras", "import_keras()"])
def test_another_thread_never_sees_half_of_keras(how, tmp_path):
    (tmp_path / "keras.py").write_text(HALF)
    code = f"""
import sys
from skkws.classifiers._backend import import_keras
sys.path.insert(0, {str(tmp_path)!r})
{how}
sys.modules["keras"].other.join()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": "numpy"},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "numpy", done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_another_backend_does_without_tensorflow(backend):
    pytest.importorskip("tensorflow")
    pytest.importorskip(backend)
    code = """
import sys
import numpy as np
from skkws import KerasGRUClassifier
X = np.zeros((4, 20, 4), "float32")
words = KerasGRUClassifier(4, filters=(4,), kernel_size=3, strides=2, epochs=1)
words.fit(X, ["no", "yes"] * 2).predict(X)
assert "tensorflow" not in sys.modules
import tensorflow, keras
print(keras.saving.serialize_keras_object(tensorflow.TensorShape([1])))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "[1]", done.stderr


def test_an_empty_backend_asks_for_none_and_stays_empty():
    pytest.importorskip("tensorflow")
    assert run(KERAS_BACKEND="") == "tensorflow"
