"""Which Keras backend runs the networks; chosen without touching any setting."""

import importlib.util
import os
import sys
import threading

# The fastest on a CPU first, by the time of a fit of the two default networks
# (benchmarks/backends.py).
PREFERENCE = ("tensorflow", "torch", "jax")

# One thread at a time decides on a backend, for which KERAS_BACKEND is set a while.
_import_lock = threading.Lock()

# Keras state does not survive a fork: its threads stay behind in the parent, and
# whoever waits for them in the child waits for ever.
_forked_with_keras = False


def import_keras():
    """Import Keras on the user's backend, or else on the first one installed.

    The user's backend is that of an already imported Keras, else the environment
    variable ``KERAS_BACKEND``, else the first of `PREFERENCE` that is installed.

    Returns
    -------
    module
        ``keras``.

    Raises
    ------
    ImportError
        If no backend, or not the one asked for, is installed.
    """
    with _import_lock:
        if "keras" in sys.modules:
            import keras  # waits for a thread that is still importing it
        else:
            keras = _keras_on_a_backend()
    if keras.backend.backend() != "tensorflow":
        _keep_tensorflow_out()
    return keras


def _keras_on_a_backend():
    asked_for = os.environ.get("KERAS_BACKEND")
    if asked_for:
        if asked_for in PREFERENCE and not _is_installed(asked_for):
            raise ImportError(
                f"KERAS_BACKEND is {asked_for!r}, but {asked_for} is not installed: "
                f'run `pip install "skkws[{asked_for}]"` or unset KERAS_BACKEND.'
            )
        import keras

        return keras
    backend = next((name for name in PREFERENCE if _is_installed(name)), None)
    if backend is None:
        raise ImportError(
            "Keras needs a backend, but none is installed: run "
            '`pip install "skkws[tensorflow]"` (or jax, or torch in place of '
            "tensorflow)."
        )
    os.environ["KERAS_BACKEND"] = backend  # Keras reads it once, at import
    try:
        import keras
    finally:
        if asked_for is None:
            del os.environ["KERAS_BACKEND"]
        else:  # empty, which asks for none
            os.environ["KERAS_BACKEND"] = asked_for
    return keras


class _TensorFlowIfImported:
    """TensorFlow for those who ask whether an object is one of its own.

    Keras asks it of whatever it serialises, and imports TensorFlow to do so, which
    takes time and memory. Where nobody has imported it, no object is.
    """

    def __init__(self, module):
        self._module = module

    @property
    def available(self):
        return "tensorflow" in sys.modules and self._module.available

    def __getattr__(self, name):
        return getattr(self._module, name)


def _keep_tensorflow_out():
    """Keep Keras from importing TensorFlow, if it is not the backend, to serialise."""
    serialization = sys.modules.get("keras.src.saving.serialization_lib")
    module = getattr(serialization, "tf", None)
    if type(module).__name__ == "LazyModule":  # another Keras's may be otherwise
        serialization.tf = _TensorFlowIfImported(module)


def _is_installed(name):
    return importlib.util.find_spec(name) is not None


def refuse_after_fork():
    """Raise rather than hang where a fork has left Keras without its threads.

    Raises
    ------
    RuntimeError
        If this process was forked from one that had imported Keras.
    """
    if _forked_with_keras:
        raise RuntimeError(
            "This process was forked from one that has already imported Keras, which "
            "would hang here: use joblib's default backend 'loky', 'threading' or the "
            "start method 'spawn' in place of 'fork'."
        )


def _note_fork():
    global _forked_with_keras
    _forked_with_keras = "keras" in sys.modules


if hasattr(os, "register_at_fork"):  # else there is no fork
    os.register_at_fork(after_in_child=_note_fork)
