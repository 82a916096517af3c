"""Copy the figures of the original question into README.md.

    python benchmarks/readme_table.py [--check]

Reads results/question.json and writes what lies between the markers of README.md.
With --check nothing is written, and the exit status is 1 if the two differ.
"""

import argparse
import json
import sys
from pathlib import Path

from _results import RESULTS

README = Path(__file__).parent.parent / "README.md"
BEGIN, END = "<!-- results:question -->", "<!-- /results -->"
HEADER = """\
| split | network | parameters | fit time (tutorial CNN = 1) | test accuracy |
|---|---|--:|--:|--:|"""
UNKNOWN = "–"


def table(figures):
    """Return the rows of the results as a Markdown table, best first in each split."""

    def key(item):
        name, row = item
        # The split by speakers is the one that counts: it comes first.
        split = str(row.get("split", ""))
        return split != "speaker", split, -(row.get("test") or {}).get("mean", 0), name

    rows = [
        f"| {row.get('split', UNKNOWN)} | {row.get('network', name)} "
        f"| {number(row.get('parameters'), ',d')} "
        f"| {number(row.get('fit_time_ratio'), '.2f')} | {accuracy(row.get('test'))} |"
        for name, row in sorted(figures.items(), key=key)
    ]
    return "\n".join([HEADER, *rows])


def number(value, form):
    return UNKNOWN if value is None else format(value, form)


def accuracy(test):
    """Return the mean over the seeds and, of several, the lowest and highest."""
    if not test:
        return UNKNOWN
    text = f"{test['mean']:.1%}"
    if test.get("seeds", 1) > 1 and {"low", "high"} <= test.keys():
        low, high = 100 * test["low"], 100 * test["high"]
        text += f" ({low:.1f} to {high:.1f}, {test['seeds']} seeds)"
    return text


def with_table(readme, figures):
    """Return the text of the README with the table between its markers."""
    if readme.count(BEGIN) != 1 or END not in readme.split(BEGIN)[1]:
        raise ValueError(f"README.md must have {BEGIN} and then {END}, once.")
    before, rest = readme.split(BEGIN)
    after = rest.split(END, 1)[1]
    return f"{before}{BEGIN}\n{table(figures)}\n{END}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    results = RESULTS / "question.json"
    if not results.exists():
        sys.exit(f"{results} does not exist: run python benchmarks/question.py.")
    figures = json.loads(results.read_text(encoding="utf-8"))["figures"]
    readme = README.read_text(encoding="utf-8")
    filled = with_table(readme, figures)
    if arguments.check:
        if filled != readme:
            sys.exit(
                "The table in README.md is not that of results/question.json: run "
                "python benchmarks/readme_table.py."
            )
    else:
        README.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    main()
