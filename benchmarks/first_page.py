"""What the code on the documentation's first page prints, block by block.

    python benchmarks/first_page.py

Writes results/first_page.json, which the page shows, within a minute or two.
"""

import argparse
import contextlib
import io
import re
import tempfile
from pathlib import Path
from textwrap import dedent
from time import perf_counter

from _results import write_results

PAGE = Path(__file__).parents[1] / "docs" / "index.rst"
BLOCK = re.compile(r"^\.\. code-block:: python\n\n((?:   .*\n|\n)+)", re.MULTILINE)


def examples(page):
    """Return the Python on a page, block by block."""
    return [dedent(code) for code in BLOCK.findall(page.read_text(encoding="utf-8"))]


def main():
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    *blocks, _ = examples(PAGE)  # the last one needs files
    names, printed, start = {}, [], perf_counter()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in blocks:
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(block, names)
            printed.append(output.getvalue())
            print(printed[-1], end="", flush=True)
    figures = {"printed": printed, "seconds": perf_counter() - start}
    write_results("first_page", figures, ["skkws", "keras", "tensorflow"])


if __name__ == "__main__":
    main()
