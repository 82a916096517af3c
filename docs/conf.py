"""Settings of the documentation: `make docs` builds it."""

import os
import sys
from pathlib import Path
from urllib.request import urlopen

from numpydoc.xref import DEFAULT_LINKS

DOCS = Path(__file__).parent
sys.path[:0] = [str(DOCS / "_ext"), str(DOCS.parent)]

# For the gallery: no remarks of TensorFlow, and pictures without a display.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "agg")

import skkws  # noqa: E402

project = "skkws"
author = "the skkws developers"
copyright = f"2026, {author}"
release = version = skkws.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "matplotlib.sphinxext.plot_directive",
    "numpydoc",
    "sphinx_gallery.gen_gallery",
    "project_files",
    "short_names",
]
templates_path = ["_templates"]
exclude_patterns = ["_build", "**/*.ipynb", "**/*.py.md5"]
default_role = "py:obj"
highlight_language = "python"

autosummary_generate = True
autodoc_typehints = "none"
maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"
numpydoc_show_class_members = False  # the template of a class lists them
numpydoc_class_members_toctree = False
# Of the types in the tables of parameters, what has a page of its own becomes a link;
# `int` and its like do not.
numpydoc_xref_param_type = True
numpydoc_xref_ignore = "all"
numpydoc_xref_aliases = {name: name for name in DEFAULT_LINKS}
numpydoc_xref_aliases.update(
    {
        name: f":obj:`{name}`"
        for name in (
            "keras.Model",
            "keras.callbacks.Callback",
            "keras.optimizers.Optimizer",
            "keras.optimizers.schedules.LearningRateSchedule",
            "matplotlib.axes.Axes",
            "matplotlib.figure.Figure",
            "matplotlib.lines.Line2D",
            "Detection",
            "DetectionErrors",
            "KeywordSpotter",
            "Stream",
        )
    }
)
numpydoc_xref_aliases["Bunch"] = ":obj:`Bunch <sklearn.utils.Bunch>`"

MANUALS = {
    "python": "https://docs.python.org/3/",
    "numpy": "https://numpy.org/doc/stable/",
    "scipy": "https://docs.scipy.org/doc/scipy/",
    "sklearn": "https://scikit-learn.org/stable/",
    "librosa": "https://librosa.org/doc/latest/",
    "joblib": "https://joblib.readthedocs.io/en/stable/",
    "matplotlib": "https://matplotlib.org/stable/",
}


def reachable(manuals):
    """Return the manuals whose index of names can be fetched."""
    mapping = {}
    for name, address in manuals.items():
        try:
            with urlopen(f"{address}objects.inv", timeout=5):
                mapping[name] = (address, None)
        except OSError:
            print(f"{address} cannot be reached: links to it are made, not looked up.")
    return mapping


intersphinx_mapping = reachable(MANUALS)

# A name in backticks must be one that has a page, here or in those manuals. Not so the
# parameters and attributes in a docstring, and packages without an index of names.
nitpicky = True
nitpick_ignore_regex = [
    (r"py:obj", r"[a-z_]+|Model\.predict"),
    (r"py:.*", r"(keras|skl2onnx)\..*"),
]

plot_formats = [("png", 150)]
plot_html_show_formats = False
plot_html_show_source_link = False

sphinx_gallery_conf = {
    "examples_dirs": "../examples/gallery",
    "gallery_dirs": "auto_examples",
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("skkws",),
    "download_all_examples": False,
    "write_computation_times": False,
    "show_signature": False,
    "capture_repr": ("_repr_html_",),
    "remove_config_comments": True,
    "within_subsection_order": "FileNameSortKey",
}

html_theme = "pydata_sphinx_theme"
html_title = "skkws"
html_static_path = ["_static"]
html_css_files = ["skkws.css"]
html_show_sphinx = False
html_theme_options = {
    "show_toc_level": 2,
    "header_links_before_dropdown": 5,
    "navbar_end": ["theme-switcher"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
# Pages whose tables and code need the width.
html_sidebars = dict.fromkeys(
    [
        "index",
        "performance",
        "whats_new",
        "comparison",
        "contributing",
        "how_it_works",
        "auto_examples/*",
    ],
    [],
)
