"""Copy figures from the results into README.md.

    python benchmarks/readme_table.py [--check]

Writes what lies between each pair of markers of README.md from the results file that
they name. With --check nothing is written, and the exit status is 1 if the two differ.
"""

import argparse
import json
import sys
from pathlib import Path

from _results import RESULTS

README = Path(__file__).parent.parent / "README.md"
END = "<!-- /results -->"
UNKNOWN = "–"


def question_table(figures):
    """Return the rows of question.json, best first in each split."""

    def key(item):
        name, row = item
        # The split by speakers is the one that counts: it comes first.
        split = str(row.get("split", ""))
        return split != "speaker", split, -(row.get("test") or {}).get("mean", 0), name

    return [
        "| split | network | parameters | fit time (tutorial CNN = 1) "
        "| test accuracy |",
        "|---|---|--:|--:|--:|",
        *(
            f"| {row.get('split', UNKNOWN)} | {row.get('network', name)} "
            f"| {number(row.get('parameters'), ',d')} "
            f"| {number(row.get('fit_time_ratio'), '.2f')} "
            f"| {accuracy(row.get('test'))} |"
            for name, row in sorted(figures.items(), key=key)
        ),
    ]


def backends_table(figures):
    """Return the rows of backends.json: fit times, the fastest backend's being 1."""
    networks = figures["training"]
    return [
        f"| time of a fit | {' | '.join(networks)} |",
        f"|---|{'--:|' * len(networks)}",
        *(
            f"| `{backend}` | "
            + " | ".join(f"{r[backend]['fit_ratio']:.1f}" for r in networks.values())
            + " |"
            for backend in figures["order"]
        ),
    ]


def onnx_table(figures):
    """Return the rows of onnx.json, one a network."""
    return [
        "| network | file (weights = 1) | largest error of a probability "
        "| its int8 file | its largest error | test accuracy | with int8 "
        "| `predict_proba` of a clip (onnxruntime = 1) | of clips in a row |",
        f"|---|{'--:|' * 8}",
        *(
            f"| {name} | {row['float32']['to_bytes_of_float32_weights']:.2f} "
            f"| {row['float32']['largest_error_of_a_probability']:.0e} "
            f"| {row['int8']['to_bytes_of_float32_weights']:.2f} "
            f"| {row['int8']['largest_error_of_a_probability']:.0e} "
            f"| {row['accuracy']:.1%} | {row['int8']['accuracy']:.1%} "
            f"| {_slower(row, 'one_clip'):.1f} "
            f"| {_slower(row, 'one_clip_in_a_row'):.1f} |"
            for name, row in figures.items()
        ),
    ]


def _slower(row, way):
    return row["float32"][way]["onnxruntime"]["predict_proba_to_this"]


def spotting_table(figures, networks=("GRU", "causal GRU")):
    """Return the rows of spotting.json: network, recording and operating point."""
    rows = [
        "| network | recording | thresholds tuned for | missed words "
        "| false alarms an hour | of them where no word was said |",
        "|---|---|---|--:|--:|--:|",
    ]
    for name in networks:
        for recording in ("10 dB", "clean"):
            for point, own in figures[name][recording].items():
                if not point.startswith("tuned for "):
                    continue
                rows.append(
                    f"| {name} | {recording} | {point.removeprefix('tuned for ')} "
                    f"| {accuracy(own['miss_rate'])} "
                    f"| {own['false_alarms_per_hour']['mean']:.1f} "
                    f"| {own['where_no_word_was_said']['mean']:.1f} |"
                )
    return rows


def streaming_table(figures):
    """Return the rows of streaming.json: what the ways to listen cost."""
    ways = list(next(iter(figures.values()))["ratio_to_stream"])
    return [
        f"| a step of 100 ms (stream = 1) | {' | '.join(figures)} |",
        f"|---|{'--:|' * len(figures)}",
        *(
            f"| {way} | "
            + " | ".join(f"{r['ratio_to_stream'][way]:.1f}" for r in figures.values())
            + " |"
            for way in ways
        ),
        "| time to listen (time of the audio = 1) | "
        + " | ".join(f"{r['real_time_factor_of_stream']:.4f}" for r in figures.values())
        + " |",
    ]


TABLES = {
    "question": question_table,
    "backends": backends_table,
    "spotting": spotting_table,
    "streaming": streaming_table,
    "onnx": onnx_table,
}


def number(value, form):
    return UNKNOWN if value is None else format(value, form)


def accuracy(test):
    """Return a share's mean over the seeds and, of several, lowest and highest."""
    if not test:
        return UNKNOWN
    text = f"{test['mean']:.1%}"
    if test.get("seeds", 1) > 1 and {"low", "high"} <= test.keys():
        low, high = 100 * test["low"], 100 * test["high"]
        text += f" ({low:.1f} to {high:.1f}, {test['seeds']} seeds)"
    return text


def with_table(readme, name, figures):
    """Return the text of the README with one table between its markers."""
    begin = f"<!-- results:{name} -->"
    if readme.count(begin) != 1 or END not in readme.split(begin)[1]:
        raise ValueError(f"README.md must have {begin} and then {END}, once.")
    before, rest = readme.split(begin)
    after = rest.split(END, 1)[1]
    table = "\n".join(TABLES[name](figures))
    return f"{before}{begin}\n{table}\n{END}{after}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    readme = filled = README.read_text(encoding="utf-8")
    for name in TABLES:
        results = RESULTS / f"{name}.json"
        if not results.exists():
            sys.exit(f"{results} does not exist: run the benchmark that writes it.")
        figures = json.loads(results.read_text(encoding="utf-8"))["figures"]
        filled = with_table(filled, name, figures)
    if not arguments.check:
        README.write_text(filled, encoding="utf-8")
    elif filled != readme:
        sys.exit(
            "A table in README.md is not that of its results file: run "
            "python benchmarks/readme_table.py."
        )


if __name__ == "__main__":
    main()
