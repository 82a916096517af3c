"""What the documentation says is so, as far as it can be told without building it."""

import ast
import doctest
import importlib
import inspect
import json
import re
import runpy
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_array_equal

DOCS = Path(__file__).parent.parent / "docs"
PAGES = sorted([*DOCS.glob("*.rst"), *DOCS.glob("user_guide/*.rst")])
PACKAGES = ["audio", "classifiers", "datasets", "export", "features"]
PACKAGES += ["plots", "spotting"]


@pytest.fixture
def examples(monkeypatch):
    """Function that returns the Python on a page, block by block."""
    monkeypatch.syspath_prepend(DOCS.parent / "benchmarks")
    return importlib.import_module("first_page").examples


def test_everything_public_has_a_page():
    reference = (DOCS / "api.rst").read_text(encoding="utf-8")
    sections = re.split(r"^\.\. currentmodule:: (\S+)$", reference, flags=re.MULTILINE)
    listed = {
        module: set(re.findall(r"^   (\w+)$", text, re.MULTILINE))
        for module, text in zip(sections[1::2], sections[2::2], strict=True)
    }
    for name in ["skkws", *(f"skkws.{package}" for package in PACKAGES)]:
        assert listed[name] == set(importlib.import_module(name).__all__)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_examples_name_what_there_is(examples, page):
    known = {}
    for node in ast.walk(ast.parse("\n".join(examples(page)))):
        if isinstance(node, ast.ImportFrom) and node.module.startswith("skkws"):
            module = importlib.import_module(node.module)
            known |= {alias.name: getattr(module, alias.name) for alias in node.names}
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in known:
            parameters = inspect.signature(known[node.func.id]).parameters
            named = {keyword.arg for keyword in node.keywords} - {None}
            assert named <= set(parameters), node.func.id


def test_links_of_silent_hosts_are_not_called_broken(monkeypatch, tmp_path, capsys):
    monkeypatch.syspath_prepend(DOCS)
    broken_links = importlib.import_module("broken_links")
    found = [
        ("working", "https://one.org/", ""),
        ("unchecked", "#here", ""),
        ("broken", "https://two.org/a", "Max retries exceeded with url: /a"),
        ("broken", "https://three.org/b", "403 Client Error: Forbidden"),
        ("broken", "https://four.org/c", "404 Client Error: Not Found"),
    ]
    keys = "status", "uri", "info"
    lines = [
        json.dumps(dict(zip(keys, one, strict=True), filename="a.rst", lineno=7))
        for one in found
    ]
    (tmp_path / "output.json").write_text("\n".join(lines))
    monkeypatch.setattr("sys.argv", ["broken_links.py", str(tmp_path)])
    with pytest.raises(SystemExit, match=r"a.rst:7: https://four.org/c \(404"):
        broken_links.main()
    assert capsys.readouterr().out.splitlines() == [
        "1 links to other sites work.",
        "Not checked, as they do not answer here: three.org, two.org.",
    ]


def test_notebooks_show_results_as_tables(monkeypatch):
    notebook = pytest.importorskip("sphinx_gallery.notebook")
    monkeypatch.syspath_prepend(DOCS / "_ext")
    monkeypatch.setattr(notebook, "rst2md", lambda text: text)
    importlib.import_module("project_files").tables_in_notebooks()
    shown = notebook.rst2md("Before.\n\n.. results:: few_clips\n\nAfter.")
    assert shown.startswith("Before.\n\n| clips to learn from |")
    assert shown.endswith("|\n\nAfter.")
    assert notebook.rst2md(".. results:: none") == ".. results:: none"


def test_every_result_that_a_page_shows_has_a_file_and_a_table(monkeypatch):
    pytest.importorskip("sphinx_gallery")
    monkeypatch.syspath_prepend(DOCS / "_ext")
    files = importlib.import_module("project_files")
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name in re.findall(r"^\.\. results:: (\w+)$", text, re.MULTILINE):
        head, marks, *rows = files.markdown_table(name, files.read_results(name))
        n_columns = head.count("|")
        assert n_columns == marks.count("|"), name
        assert {row.count("|") for row in rows} == {n_columns}, name


def test_picture_names_everyone_who_stood_side_by_side(monkeypatch):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    monkeypatch.chdir(DOCS / "_snippets")  # where the directive of plots runs it
    names = runpy.run_path("accuracy_over_time.py")
    measured = {name for name, row in names["figures"].items() if "gap" not in row}
    assert {text.get_text() for text in names["ax"].texts} == measured
    assert set(names["LABELS"]) <= measured
    pyplot.close(names["fig"])


@pytest.mark.slow
def test_first_page(examples, monkeypatch, tmp_path, capsys):
    pytest.importorskip("espeakng_loader")
    monkeypatch.chdir(tmp_path)
    *blocks, folder = examples(DOCS / "index.rst")
    assert "my_words" in folder
    names = {}
    for block in blocks:
        exec(block, names)
    assert names["model"].score(names["clips"].data, names["y"]) > 0.8
    assert "words were said" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["delta.Delta", "mlp.KerasMLPClassifier"])
def test_docstrings_that_contributors_are_shown(monkeypatch, name):
    validate = pytest.importorskip("numpydoc.validate").validate
    monkeypatch.syspath_prepend(DOCS / "_snippets")
    found = {code for code, _ in validate(name)["errors"]}
    assert found <= {"ES01", "SA01"}  # as in tests/test_docstrings.py
    failed, tried = doctest.testmod(importlib.import_module(name.split(".")[0]))
    assert tried > 0
    assert failed == 0


@pytest.mark.parametrize("name", ["delta", "mlp"])
def test_what_contributors_are_told(monkeypatch, name):
    monkeypatch.syspath_prepend(DOCS / "_snippets")
    module = importlib.import_module(name)
    X = np.random.default_rng(0).normal(size=(20, 30, 5)).astype(np.float32)
    y = np.repeat(["no", "yes"], 10)
    if name == "delta":
        assert_array_equal(module.Delta().fit_transform(X)[:, 2:], X[:, 2:] - X[:, :-2])
    else:
        first, again = (
            module.KerasMLPClassifier(8, epochs=2, random_state=0).fit(X, y)
            for _ in range(2)
        )
        assert_array_equal(first.predict_proba(X), again.predict_proba(X))
