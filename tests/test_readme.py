"""What the README says is so."""

import ast
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def readme_table(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    spec = importlib.util.spec_from_file_location(
        "readme_table", ROOT / "benchmarks" / "readme_table.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_are_those_of_the_results_files():
    subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "readme_table.py", "--check"], check=True
    )


def test_table_is_sorted_and_tolerant(readme_table):
    test = {"mean": 0.9, "low": 0.85, "high": 0.95, "seeds": 3}
    figures = {
        "a": {"split": "random", "network": "A", "test": {"mean": 0.99}},
        "b": {"split": "speaker", "network": "B", "test": {"mean": 0.5}},
        "c": {
            "split": "speaker",
            "network": "C",
            "parameters": 1234,
            "fit_time_ratio": 0.5,
            "test": test,
        },
        "d": {},
    }
    text = f"before <!-- results:question --> stale {readme_table.END} after"
    filled = readme_table.with_table(text, "question", figures)
    assert "stale" not in filled
    assert filled.startswith("before ")
    assert filled.endswith(" after")
    assert readme_table.with_table(filled, "question", figures) == filled
    rows = [line for line in filled.splitlines() if line.startswith("| ")][1:]
    assert rows == [
        "| speaker | C | 1,234 | 0.50 | 90.0% (85.0 to 95.0, 3 seeds) |",
        "| speaker | B | – | – | 50.0% |",
        "| – | d | – | – | – |",
        "| random | A | – | – | 99.0% |",
    ]


def test_check_notices_a_stale_table(readme_table, monkeypatch, tmp_path):
    (tmp_path / "question.json").write_text(json.dumps({"figures": {"a": {}}}))
    monkeypatch.setattr(readme_table, "RESULTS", tmp_path)
    monkeypatch.setattr(
        readme_table, "TABLES", {"question": readme_table.question_table}
    )
    monkeypatch.setattr(readme_table, "README", tmp_path / "README.md")
    readme_table.README.write_text(README, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["readme_table.py", "--check"])
    with pytest.raises(SystemExit, match="is not that of its results file"):
        readme_table.main()
    monkeypatch.setattr(sys, "argv", ["readme_table.py"])
    readme_table.main()
    monkeypatch.setattr(sys, "argv", ["readme_table.py", "--check"])
    readme_table.main()


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_name_what_there_is(example):
    for node in ast.walk(ast.parse(example)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module)
            assert all(hasattr(module, alias.name) for alias in node.names)


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)]+)\)", README))
def test_links_lead_somewhere(path):
    assert (ROOT / path).is_file()
