"""Keras at work: networks with their compiled functions, lent to estimators.

An estimator keeps its fitted network as plain data (an architecture and NumPy
weights). To run it, it borrows an `Engine`: a Keras network of that architecture
with compiled functions that take any weights. As compiling costs more than many a
fit, engines are kept and lent again, to any estimator with the same architecture:
the folds and candidates of a search compile once.
"""

import contextlib
import threading
from collections import OrderedDict

import joblib
import numpy as np

from ._backend import import_keras, refuse_after_fork
from ._fast_layers import fast_network_from
from ._networks import network_from
from ._training import Trainer

keras = import_keras()

# Clips a compiled call takes. More make a call slower and a clip hardly faster
# (benchmarks/backends.py); one is the other shape, for live use.
BATCH = 64

# Idle engines kept. A search over one network needs one a thread, a voting ensemble
# one a member; each holds a few MB.
MAX_IDLE = 8

# Compiled training steps kept by each engine: one an optimizer and augmentation.
MAX_TRAINERS = 4

_idle = OrderedDict()  # id(engine) -> engine, least recently used first
_idle_lock = threading.Lock()

_borrowers = []  # for each thread that computes, how many cores torch had before
_borrowers_lock = threading.Lock()
_this_thread = threading.local()


class Engine:
    """A Keras network of one architecture with its compiled functions."""

    def __init__(self, architecture, build=fast_network_from):
        self.architecture = architecture
        self.network = build(architecture)
        self.trainers = {}  # key of a recipe -> Trainer, least recently used first
        self._forward = _compiled_forward(self.network)
        self.loaded = None

    def load(self, weights):
        """Make `weights`, a list of arrays, those of the network."""
        if self.loaded is not weights:
            self.network.set_weights(weights)
            self.loaded = weights

    def trainer(self, recipe):
        """Return the compiled training step for a recipe, made on first use."""
        key = recipe.key
        trainer = self.trainers.pop(key, None) or Trainer(self.network, recipe)
        self.trainers[key] = trainer
        if len(self.trainers) > MAX_TRAINERS:
            del self.trainers[next(iter(self.trainers))]
        return trainer

    def logits(self, X):
        """Run the network on X, in compiled calls of one clip or of `BATCH`.

        Parameters
        ----------
        X : ndarray, shape (n_clips, n_frames, n_bins)
            Spectrograms, float32.

        Returns
        -------
        ndarray, shape (n_clips, n_classes) or (n_clips, n_steps, n_classes)
            The network's output, float32.
        """
        if len(X) == 1:
            return self._forward(np.ascontiguousarray(X))
        outputs = []
        for start in range(0, len(X), BATCH):
            batch = X[start : start + BATCH]
            n_clips = len(batch)
            if n_clips < BATCH:
                padding = [(0, BATCH - n_clips)] + [(0, 0)] * (X.ndim - 1)
                batch = np.pad(batch, padding)
            outputs.append(self._forward(np.ascontiguousarray(batch))[:n_clips])
        return np.concatenate(outputs)


@contextlib.contextmanager
def borrowed_engine(architecture, weights):
    """Lend an engine for `architecture`, with `weights` loaded.

    An engine serves one borrower at a time. One that was in use when an error
    occurred is not lent again, as its state is unknown.
    """
    refuse_after_fork()
    with _idle_lock:
        fitting = [e for e in _idle.values() if e.architecture == architecture]
        fitting.sort(key=lambda engine: engine.loaded is weights)
        engine = _idle.pop(id(fitting[-1])) if fitting else None
    with own_settings():
        if engine is None:
            engine = Engine(architecture)
        engine.load(weights)
        yield engine
    with _idle_lock:
        _idle[id(engine)] = engine
        while len(_idle) > MAX_IDLE:
            _idle.popitem(last=False)


@contextlib.contextmanager
def own_engine(architecture, weights):
    """Make an engine of Keras's own layers, for callbacks to look at and to change."""
    refuse_after_fork()
    with own_settings():
        engine = Engine(architecture, network_from)
        engine.load(weights)
        yield engine


@contextlib.contextmanager
def own_settings():
    """Let torch learn, and on every core, as TensorFlow and JAX do; then as before.

    In a joblib worker it would use one core, and sums over other shares of the clips
    round otherwise: the same fit would give another network there. The user may have
    told it not to learn, by `torch.no_grad` or `torch.inference_mode`, or to compute in
    other floats on the CPU, by `torch.autocast`.
    """
    if keras.backend.backend() != "torch":
        yield
        return
    import torch

    with (
        _all_cores(torch),
        torch.inference_mode(False),
        torch.enable_grad(),
        torch.autocast("cpu", enabled=False),
    ):
        yield


@contextlib.contextmanager
def _all_cores(torch):
    if getattr(_this_thread, "computes", False):  # a callback that predicts
        yield
        return
    with _borrowers_lock:
        # The first notes how many there were: a thread that begins later sees what
        # the first has set.
        _borrowers.append(_borrowers[0] if _borrowers else torch.get_num_threads())
    torch.set_num_threads(joblib.cpu_count())
    _this_thread.computes = True
    try:
        yield
    finally:
        _this_thread.computes = False
        with _borrowers_lock:
            torch.set_num_threads(_borrowers.pop())


def _compiled_forward(network):
    """Compile the network's prediction for ndarrays, on whichever backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        # XLA makes these small networks slower on a CPU, hence False.
        signature = [tf.TensorSpec(network.input_shape, tf.float32)]
        run = tf.function(
            lambda x: network(x, training=False), signature, jit_compile=False
        ).get_concrete_function()  # TensorFlow warns of many functions of one name
        return lambda x: run(tf.constant(x)).numpy()
    if backend == "jax":
        import jax

        run = jax.jit(
            lambda trainable, other, x: network.stateless_call(
                trainable, other, x, training=False
            )[0]
        )
        trainable = network.trainable_variables  # to gather them takes a millisecond
        other = network.non_trainable_variables
        return lambda x: np.asarray(
            run([v.value for v in trainable], [v.value for v in other], x)
        )
    if backend == "torch":
        import torch

        def run(x):
            with torch.no_grad():
                return keras.ops.convert_to_numpy(network(x, training=False))

        return run
    return lambda x: keras.ops.convert_to_numpy(network(x, training=False))
