"""What the doctests of skkws need, and what is left out where it is absent."""

import importlib
from importlib.util import find_spec
from pathlib import Path

import pytest
from _pytest.doctest import DoctestItem

BACKENDS = "tensorflow", "jax", "torch"
HAS_BACKEND = any(map(find_spec, BACKENDS))
HAS_ONNX = bool(find_spec("skl2onnx"))
HAS_ALL = all(map(find_spec, BACKENDS)) and HAS_ONNX

# What an example calls -> whether it can run here, and why not.
NEEDS = {
    "make_spoken_words(": (find_spec("espeakng_loader"), "needs espeakng-loader"),
    "Keras": (HAS_BACKEND, "needs a Keras backend"),
    "to_onnx": (HAS_ONNX, "needs skl2onnx"),
    "Display": (find_spec("matplotlib"), "needs matplotlib"),
}


def not_importable():
    """Yield the modules that load Keras or ONNX when imported, even to be read."""
    for path in sorted(Path(__file__).parent.glob("skkws/*/_*.py")):
        try:
            importlib.import_module(f"skkws.{path.parent.name}.{path.stem}")
        except ImportError:
            yield str(path)


collect_ignore = [] if HAS_ALL else list(not_importable())


def pytest_report_header():
    """Name the modules that are left out."""
    if collect_ignore:
        names = ", ".join(Path(path).name for path in collect_ignore)
        return f"without all backends and skl2onnx, not collected: {names}"


def pytest_collection_modifyitems(items):
    """Skip the doctests that cannot run here, by name and with the reason."""
    for item in items:
        if not isinstance(item, DoctestItem):
            continue
        source = "".join(example.source for example in item.dtest.examples)
        for call, (present, reason) in NEEDS.items():
            if call in source and not present:
                item.add_marker(pytest.mark.skip(reason=reason))
