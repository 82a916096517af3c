"""What the docstrings of skkws need to become pages.

Names are written there as a reader would say them, `LogSpectrogram` and
`skkws.NoiseFloor`, and each has one page, that of the package it comes from. Keras has
no index of names that could be fetched, and of skl2onnx one name alone is of use: their
pages are known here. Of other packages the index may be out of reach while the
documentation is built: then a page's address is made from the name, as those do.
"""

import importlib

from docutils import nodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.nodes import make_refnode

PACKAGES = [
    "audio",
    "classifiers",
    "datasets",
    "export",
    "features",
    "plots",
    "spotting",
]
PRESETS = "skkws.classifiers._presets"

KERAS = "https://keras.io/api/"
KNOWN = {
    "keras.Model": f"{KERAS}models/model/",
    "keras.callbacks.Callback": f"{KERAS}callbacks/base_callback/",
    "keras.ops": f"{KERAS}ops/",
    "keras.optimizers.Optimizer": f"{KERAS}optimizers/",
    "keras.optimizers.schedules.LearningRateSchedule": (
        f"{KERAS}optimizers/learning_rate_schedules/"
    ),
    "keras.random": f"{KERAS}random_numbers/random_ops/",
    "skl2onnx.to_onnx": (
        "https://onnx.ai/sklearn-onnx/api_summary.html#skl2onnx.to_onnx"
    ),
}

PAGES = {
    "joblib": "https://joblib.readthedocs.io/en/stable/generated/{}.html",
    "librosa": "https://librosa.org/doc/latest/generated/{}.html",
    "matplotlib": "https://matplotlib.org/stable/api/_as_gen/{}.html",
    "numpy": "https://numpy.org/doc/stable/reference/generated/{}.html",
    "scipy": "https://docs.scipy.org/doc/scipy/reference/generated/{}.html",
    "sklearn": "https://scikit-learn.org/stable/modules/generated/{}.html",
}


def full_names():
    """Return the full name of everything public by its short ones."""
    names = {}
    for package in PACKAGES:
        module = f"skkws.{package}"
        for name in importlib.import_module(module).__all__:
            full = f"{module}.{name}"
            names |= {name: full, f"skkws.{name}": full, full: full}
    return names


def page_elsewhere(name, indices):
    """Return the address of another package's page; None where there is an index."""
    package = name.split(".")[0]
    if name in KNOWN:
        return KNOWN[name]
    if package in PAGES and package not in indices and name != package:
        return PAGES[package].format(name)
    return None


def resolve(app, env, node, contnode):
    """Link a name of which Sphinx knows no page."""
    target = node.get("reftarget", "")
    address = page_elsewhere(target, app.config.intersphinx_mapping)
    if address:
        return nodes.reference("", "", contnode, refuri=address, internal=False)
    names = app.config.skkws_names
    if target in names:
        full = names[target]
    elif target.rpartition(".")[0] in names:  # a method
        owner, _, method = target.rpartition(".")
        full = f"{names[owner]}.{method}"
    else:
        return None
    entry = env.domains["py"].objects.get(full)
    if entry is None:
        return None
    return make_refnode(
        app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, full
    )


def preset_comment(app, what, name, obj, options, lines):
    """Give a preset the comment before it: a dict's own docstring is of no use."""
    module, _, attribute = name.rpartition(".")
    if what in ("data", "attribute") and module == "skkws.classifiers":
        comments = ModuleAnalyzer.for_module(PRESETS).find_attr_docs()
        lines[:] = comments.get(("", attribute), lines)


def skip_fields(app, what, name, obj, skip, options):
    """Leave out the fields of named tuples, which their class describes."""
    return True if str(obj.__doc__).startswith("Alias for field") else None


def setup(app):
    """Connect all this."""
    app.add_config_value("skkws_names", full_names(), "env")
    app.connect("missing-reference", resolve)
    app.connect("autodoc-process-docstring", preset_comment, priority=100)
    app.connect("autodoc-skip-member", skip_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
