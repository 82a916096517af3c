"""What the doctests of skkws need, and what is left out where it is absent."""

from importlib.util import find_spec

import pytest
from _pytest.doctest import DoctestItem

HAS_BACKEND = any(map(find_spec, ("tensorflow", "jax", "torch")))

# What an example calls -> whether it can run here, and why not.
NEEDS = {
    "make_spoken_words(": (find_spec("espeakng_loader"), "needs espeakng-loader"),
    "Keras": (HAS_BACKEND, "needs a Keras backend"),
}

# These modules import Keras at their top, so that they cannot even be collected.
collect_ignore = (
    []
    if HAS_BACKEND
    else [
        f"skkws/classifiers/{name}.py"
        for name in ("_engine", "_fitting", "_networks", "_steps", "_training")
    ]
)


def pytest_collection_modifyitems(items):
    """Skip the doctests that cannot run here, by name and with the reason."""
    for item in items:
        if not isinstance(item, DoctestItem):
            continue
        source = "".join(example.source for example in item.dtest.examples)
        for call, (present, reason) in NEEDS.items():
            if call in source and not present:
                item.add_marker(pytest.mark.skip(reason=reason))
