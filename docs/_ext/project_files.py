"""Directives that show what stands elsewhere in the project: results, the changelog.

``.. results:: question`` is the table of ``benchmarks/results/question.json``,
``.. printed:: first_page 0`` what the first block of a page's code has printed, and
``.. changelog::`` the file CHANGELOG.md. Nothing of it is typed in.
"""

import json
import re
import sys
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective
from sphinx_gallery import notebook

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from readme_table import TABLES  # noqa: E402
from results_tables import MORE_TABLES  # noqa: E402
from short_names import full_names  # noqa: E402


def inline(text):
    """Turn code and links of Markdown into reStructuredText, names into links."""
    names = full_names()

    def code(match):
        return f"`{match[1]}`" if match[1] in names else f"``{match[1]}``"

    text = re.sub(r"`+([^`]+)`+", code, text)
    return re.sub(r"\[([^]]+)\]\((\S+?)\)", r"`\1 <\2>`__", text)


def table(lines):
    """Turn a table of Markdown, given as lines, into a list-table."""
    head, marks, *body = (re.split(r"\s*\|\s*", line.strip("| ")) for line in lines)
    n_words = sum(not mark.endswith(":") for mark in marks)  # columns at the left
    kind = f"figures after-{n_words}"
    text = [".. list-table::", "   :header-rows: 1", f"   :class: {kind}", ""]
    for row in (head, *body):
        for i, cell in enumerate(row):
            text.append(f"   {'  ' if i else '* '}- {inline(cell)}")
    return "\n".join(text)


def sections(changelog):
    """Turn the changelog's sections and lists into reStructuredText."""
    lines = []
    for line in changelog.splitlines():
        if line.startswith("# "):
            continue  # the page has a title
        if match := re.match(r"(##+) (.*)", line):
            title = re.sub(r"[\[\]]", "", match[2])
            mark = "-" if len(match[1]) == 2 else "~"
            lines += ["", title, mark * len(title), ""]
        else:
            lines.append(line)
    return inline("\n".join(lines))


def read_results(name, env=None):
    """Return a file of results, None if there is none; a page's `env` depends on it."""
    path = ROOT / "benchmarks" / "results" / f"{name}.json"
    if env is not None:
        env.note_dependency(str(path))
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def markdown_table(name, results):
    """Return results as the lines of a table of Markdown."""
    return (TABLES | MORE_TABLES)[name](results["figures"])


class Results(SphinxDirective):
    """Show a file of results as a table, and under it what it was measured on."""

    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        results = read_results(name, self.env)
        if results is None:
            return self.parse_text_to_nodes(f"*Not measured yet:* ``{name}.json``.")
        lines = markdown_table(name, results)
        text = f"{table(lines)}\n\n{measured_on(name, results['machine'])}"
        return self.parse_text_to_nodes(text)


class Printed(SphinxDirective):
    """Show the first lines that a block of code has printed, all if not said otherwise.

    Arguments are the name of the results and the number of the block.
    """

    required_arguments = 2
    option_spec: ClassVar = {"lines": int}

    def run(self):
        name, block = self.arguments
        printed = read_results(name, self.env)["figures"]["printed"][int(block)]
        lines = printed.splitlines()[: self.options.get("lines")]
        text = "\n".join(lines)
        return [nodes.literal_block(text, text, language="text")]


def measured_on(name, machine):
    """Say in a line what results come from."""
    libraries = ", ".join(f"{k} {v}" for k, v in machine["libraries"].items())
    return (
        f"*Last measured on {machine['date']}: {machine['cpu']}, "
        f"{machine['cores']} cores, {machine['system']}, Python {machine['python']}, "
        f"{libraries}. The data are* ``benchmarks/results/{name}.json``."
    )


class Changelog(SphinxDirective):
    """Show CHANGELOG.md."""

    def run(self):
        path = ROOT / "CHANGELOG.md"
        self.env.note_dependency(str(path))
        text = sections(path.read_text(encoding="utf-8"))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def tables_in_notebooks():
    """Let the gallery's notebooks, which know no directives, show results as tables."""
    to_markdown = notebook.rst2md

    def shown(match):
        results = read_results(match[1])
        return "\n".join(markdown_table(match[1], results)) if results else match[0]

    def with_tables(*args):
        return re.sub(r"^\.\. results:: (\w+)$", shown, to_markdown(*args), flags=re.M)

    notebook.rst2md = with_tables


def setup(app):
    """Make the directives known."""
    tables_in_notebooks()
    app.add_directive("results", Results)
    app.add_directive("printed", Printed)
    app.add_directive("changelog", Changelog)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
