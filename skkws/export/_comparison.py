"""What a graph says beside what the pipeline says: skl2onnx gets some steps wrong."""

import warnings
from importlib.util import find_spec

import numpy as np

from ._classifier import exported_labels

N_CLIPS = 40
NAMES = "labels", "probabilities"

# Shares of clips that may differ, as rounding may turn a decision or a tree's branch,
# and by how much a probability may.
MOST_CLIPS, MOST_PROBABILITY = 0.1, 0.01


def difference_of(model, pipeline, X, shape):
    """Say in what a graph of a classifier differs from its pipeline, or None.

    Parameters
    ----------
    model : onnx.ModelProto
        The graph.
    pipeline : Pipeline
        What it was made of.
    X : ndarray or None
        Clips as they go in, of which more are made; None draws some.
    shape : list
        That of the graph's input; None in it is any number.

    Returns
    -------
    str or None
        Such as "it has other labels"; None also where that cannot be told: without
        onnxruntime, or where the pipeline refuses what was drawn.
    """
    if not find_spec("onnxruntime"):
        return None
    X = _clips_like(X, shape)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what was drawn, such as its range
            expected = [exported_labels(pipeline.predict(X)).astype(str)]
            if hasattr(pipeline, "predict_proba"):
                expected.append(pipeline.predict_proba(X))
    except ValueError:
        return None
    try:
        found = _run(model, X)
    except Exception as error:  # of onnxruntime's own kinds
        return f"it does not run ({type(error).__name__})"
    for name, ours, theirs in zip(NAMES, expected, found, strict=False):
        if np.shape(theirs) != ours.shape:
            return f"its {name} have the shape {np.shape(theirs)} and not {ours.shape}"
    differ = found[0].astype(str) != expected[0]
    if len(expected) > 1:
        off = np.abs(found[1] - expected[1]).max(axis=1) > MOST_PROBABILITY
        if off.mean() > MOST_CLIPS:
            return "it has other probabilities"
        if not hasattr(pipeline, "decision_function"):  # as a forest's equal votes
            best = np.sort(expected[1], axis=1)
            differ &= best[:, -1] - best[:, -2] > 2 * MOST_PROBABILITY
    return "it has other labels" if differ.mean() > MOST_CLIPS else None


def _clips_like(X, shape):
    """Return clips; of few that are given, also shuffled and scaled ones."""
    rng = np.random.default_rng(0)
    if X is None:
        size = [N_CLIPS, *(n or 1 for n in shape[1:])]
        X = rng.standard_normal(size, dtype=np.float32)
    X = np.asarray(X)[:N_CLIPS]
    more = rng.permuted(np.resize(X, (N_CLIPS, *X.shape[1:])), axis=1)
    if X.dtype.kind == "f":  # so much that more than one word is said
        more *= rng.normal(scale=9, size=[N_CLIPS] + [1] * (X.ndim - 1)).astype(X.dtype)
    return np.concatenate([X, more])


def _run(model, X):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4  # what fails is raised
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return session.run(None, {"X": X})
