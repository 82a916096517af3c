"""The docstrings of everything public are complete numpydoc."""

import importlib
import inspect

import pytest

validate = pytest.importorskip("numpydoc.validate").validate

PACKAGES = [
    "",
    ".audio",
    ".features",
    ".classifiers",
    ".datasets",
    ".spotting",
    ".plots",
    ".export",
]
# A summary may say it all, and not everything has relatives; the examples of a method
# are those of its class.
NOT_ASKED_FOR = {"ES01", "SA01"}
NOT_ASKED_OF_METHODS = NOT_ASKED_FOR | {"EX01"}


def own_methods(kind):
    """Return the names of the public methods and properties written in skkws."""
    own = {
        name
        for base in kind.__mro__
        if base.__module__.startswith("skkws")
        for name, member in vars(base).items()
        if inspect.isroutine(member) or isinstance(member, property)
    }
    # scikit-learn makes methods such as set_fit_request, with docstrings of its own.
    return sorted(n for n in own if n[0] != "_" and not n.endswith("_request"))


def documented():
    """Return the dotted names of all that is public and callable, each once."""
    names = {}
    for package in PACKAGES:
        module = importlib.import_module(f"skkws{package}")
        for name in module.__all__:
            member = getattr(module, name)
            if not callable(member):
                continue
            # Later packages are where the short names come from.
            names[member] = f"{module.__name__}.{name}"
            if inspect.isclass(member):
                for method in own_methods(member):
                    names[member, method] = f"{module.__name__}.{name}.{method}"
    return sorted(names.values())


@pytest.mark.parametrize("name", documented())
def test_docstring(name):
    is_method = name.split(".")[-2][0].isupper()
    waived = NOT_ASKED_OF_METHODS if is_method else NOT_ASKED_FOR
    errors = [f"{code} {text}" for code, text in validate(name)["errors"]]
    assert [error for error in errors if error[:4] not in waived] == []
