"""Stand-ins for three Keras layers that train faster on TensorFlow and PyTorch.

They have the weights and the results of the layers that they stand in for, so that a
network may be built with either: `fast_network_from` swaps them in where a network is
run, while what is saved and what the user sees, in callbacks too, are Keras's own.
"""

import json

from ._backend import import_keras

keras = import_keras()


def fast_layers():
    """Return, by the name of Keras's layer, what stands in for it on this backend."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        from ._tensorflow_layers import FAST
    elif backend == "torch":
        from ._torch_layers import FAST
    else:
        FAST = {}
    return FAST


def fast_network_from(architecture):
    """Build the network that a string from `architecture_of` describes, to run it."""
    return keras.Model.from_config(_swapped(json.loads(architecture), fast_layers()))


def _swapped(config, fast):
    """Name the fast layer wherever a configuration names the one it stands in for."""
    if isinstance(config, list):
        return [_swapped(value, fast) for value in config]
    if not isinstance(config, dict):
        return config
    config = {key: _swapped(value, fast) for key, value in config.items()}
    stand_in = fast.get(config.get("class_name"))
    if stand_in is not None:
        name = keras.saving.get_registered_name(stand_in)
        config.update(
            module=stand_in.__module__,
            class_name=stand_in.__name__,
            registered_name=name,
        )
    return config
