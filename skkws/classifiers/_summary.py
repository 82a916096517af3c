"""A fitted network in a line, from its plain data alone."""

import json
from itertools import groupby

# What is said of a layer with weights: its kind, and its size.
SIZES = {
    "Conv1D": "filters",
    "Conv2D": "filters",
    "GRU": "units",
    "Dense": "units",
}


def summary_of(state, input_shape, n_epochs):
    """Say what matters of a fitted network.

    Parameters
    ----------
    state : dict
        The network as plain data.
    input_shape : tuple of int
        Frames and bins of a clip.
    n_epochs : int
        Epochs it has been trained for.

    Returns
    -------
    str
        Layers with weights and their sizes, number of parameters, shape of the input,
        epochs.

    Examples
    --------
    >>> import numpy as np
    >>> from skkws import KerasGRUClassifier
    >>> X = np.random.default_rng(0).normal(size=(8, 20, 5))
    >>> words = KerasGRUClassifier(filters=(), units=(16, 8), epochs=1, random_state=0)
    >>> words = words.fit(X, ["no", "yes"] * 4)
    >>> summary_of(words._state, words.input_shape_, words.n_iter_)
    'bidirectional GRU 16, 8; attention; Dense 2. 4,275 parameters, \
input 20 frames x 5 bins, 1 epoch run'
    """
    layers = map(_described, json.loads(state["architecture"])["layers"])
    parts = []
    for kind, sizes in groupby(filter(None, layers), lambda layer: layer[0]):
        sizes = ", ".join(str(size) for _, size in sizes if size)
        parts.append(f"{kind} {sizes}".strip())
    n_parameters = sum(array.size for array in state["weights"])
    n_frames, n_bins = input_shape
    return (
        f"{'; '.join(parts)}. {n_parameters:,} parameters, "
        f"input {n_frames} frames x {n_bins} {'bin' if n_bins == 1 else 'bins'}, "
        f"{n_epochs} {'epoch' if n_epochs == 1 else 'epochs'} run"
    )


def _described(layer):
    """Return (kind, size) of a layer, None if nothing need be said of it."""
    kind, config = layer["class_name"], layer["config"]
    if config["name"] == "attention":
        return "attention", None
    if config["name"] == "attention_score":
        return None
    prefix = ""
    if kind == "Bidirectional":
        prefix = "bidirectional "
    if kind in ("Bidirectional", "TimeDistributed"):
        kind, config = config["layer"]["class_name"], config["layer"]["config"]
    return (prefix + kind, config[SIZES[kind]]) if kind in SIZES else None
