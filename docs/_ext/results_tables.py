"""Tables of the results that README.md does not show, or not all of."""

from readme_table import UNKNOWN, accuracy, number, spotting_table


def front_end_table(figures):
    """Return the rows of front_end.json, the fastest first."""
    rows = sorted(
        figures["ms_per_clip"].items(), key=lambda row: row[1]["ratio_to_skkws_median"]
    )
    return [
        "| log-mel spectrogram | ms a clip, median | skkws = 1 |",
        "|---|--:|--:|",
        *(
            f"| {name} | {row['ms_median']:.3f} | {row['ratio_to_skkws_median']:.2f} |"
            for name, row in rows
        ),
    ]


def prediction_table(figures):
    """Return the rows of prediction.json, one a backend and network."""
    return [
        "| backend, network | `predict_proba` of one clip, ms, median "
        "| 99th percentile | `Model.predict`, ms, median "
        "| clips a second, `predict_proba` | clips a second, `Model.predict` |",
        f"|---|{'--:|' * 5}",
        *(
            f"| `{backend}`, {network} "
            f"| {row['one_clip']['predict_proba']['ms_median']:.1f} "
            f"| {row['one_clip']['predict_proba']['ms_99th_percentile']:.1f} "
            f"| {row['one_clip']['Model.predict']['ms_median']:.1f} "
            f"| {row['clips_per_second']['predict_proba']:,.0f} "
            f"| {row['clips_per_second']['Model.predict']:,.0f} |"
            for backend, networks in figures.items()
            for network, row in networks.items()
        ),
    ]


def import_time_table(figures):
    """Return the rows of import_time.json."""
    beyond = figures["skkws_beyond"]
    return [
        "| import | seconds | what skkws takes beyond it, seconds |",
        "|---|--:|--:|",
        *(
            f"| `{name}` | {seconds:.2f} "
            f"| {format(beyond[name], '.2f') if name in beyond else UNKNOWN} |"
            for name, seconds in figures["seconds"].items()
        ),
    ]


def from_text_table(figures):
    """Return the rows of from_text.json."""
    return [
        "| learnt from | test accuracy |",
        "|---|--:|",
        *(f"| {name} | {accuracy(row)} |" for name, row in figures["rows"].items()),
    ]


def conversion_table(figures):
    """Return the rows of conversion.json, in the order of the changes.

    The time of all epochs is the number of epochs times that of one.
    """
    rows = figures["rows"]
    n_epochs = {name: len(row["validation_by_epoch"]) for name, row in rows.items()}
    first = next(iter(rows))
    return [
        f"| network | parameters | time of an epoch ({first} = 1) | epochs "
        f"| time of all ({first} = 1) | test accuracy |",
        "|---|--:|--:|--:|--:|--:|",
        *(
            f"| {name} | {row['parameters']:,} | {row['epoch_time_ratio']:.2f} "
            f"| {n_epochs[name]} "
            f"| {row['epoch_time_ratio'] * n_epochs[name] / n_epochs[first]:.2f} "
            f"| {accuracy(row['test'])} |"
            for name, row in rows.items()
        ),
    ]


def ceiling_table(figures):
    """Return the rows of ceiling.json: which clips cannot be told, by name."""

    def clips(names):
        return f"{len(names)}: {', '.join(f'`{name}`' for name in names)}"

    return [
        "| the eight words, split by speaker | clips, or accuracy |",
        "|---|---|",
        f"| test clips | {figures['clips']} |",
        f"| no word can be heard in | {clips(figures['without_word'])} |",
        f"| never right in {figures['fits']} fits | {clips(figures['never_right'])} |",
        f"| accuracy if all others were right | {figures['at_most']:.1%} |",
        *(
            f"| accuracy of {network} where a word can be heard | {share:.1%} |"
            for network, share in figures["test_of_clips_with_word"].items()
        ),
    ]


def side_by_side_table(figures):
    """Return the rows of side_by_side.json, the most accurate first, gaps last."""
    measured = {name: row for name, row in figures.items() if "gap" not in row}
    gaps = {name: row["gap"] for name, row in figures.items() if "gap" in row}
    return [
        "| contender | fit time (TensorFlow's tutorial = 1) | test accuracy |",
        "|---|--:|--:|",
        *(
            f"| {name} | {row['fit_time_ratio']['mean']:.2f} "
            f"| {accuracy(row['test'])} |"
            for name, row in sorted(
                measured.items(), key=lambda item: -item[1]["test"]["mean"]
            )
        ),
        *(f"| {name} | not run: {why} | {UNKNOWN} |" for name, why in gaps.items()),
    ]


def own_epochs_table(figures):
    """Return the rows of side_by_side_own.json: networks and their own epochs."""
    return [
        "| contender | epochs | of those published | test accuracy |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {run['epochs']} | {run['epochs_published']} "
            f"| {accuracy(row['test'])} |"
            for name, row in figures.items()
            for run in list(row["runs"].values())[:1]
            if "epochs" in run
        ),
    ]


def search_table(figures):
    """Return the rows of search.json, those of each network together."""
    return [
        "| network | what is tried | validation accuracy "
        "| cross-entropy | accuracy of the mean |",
        "|---|---|--:|--:|--:|",
        *(
            f"| {row['network']} | {name} "
            f"| {accuracy(row['validation'])} "
            f"| {row['validation_crossentropy']['mean']:.3f} "
            f"| {row['validation_of_the_mean']:.1%} |"
            for name, row in sorted(
                figures.items(), key=lambda item: item[1]["network"]
            )
        ),
    ]


def tuning_table(figures):
    """Return the rows of tuning.json: what comes of false alarms that are asked for."""
    shares = {"0": "own", "2": "as `tune` does", "inf": "common"}
    heads = " | ".join(f"{name}: missed, false alarms" for name in shares.values())
    rows = [
        f"| network | recording | asked for, an hour | {heads} |",
        f"|---|---|--:|{'--:|' * len(shares)}",
    ]
    for network, row in figures.items():
        for recording in ("10 dB", "clean"):
            own = row[recording]
            for asked in (2, 4, 10, 20):
                cells = [own[f"per word {n}, {asked} an hour"] for n in shares]
                outcomes = " | ".join(
                    f"{cell['miss_rate']['mean']:.1%}, "
                    f"{cell['false_alarms_per_hour']['mean']:.1f}"
                    for cell in cells
                )
                rows.append(f"| {network} | {recording} | {asked} | {outcomes} |")
    return rows


def few_clips_table(figures):
    """Return the rows of few_clips.json."""
    return [
        "| clips to learn from | network | test accuracy |",
        "|---|---|--:|",
        *(
            f"| {row['task']} | {row['network']} | {accuracy(row['test'])} |"
            for row in figures.values()
        ),
    ]


def memory_table(figures):
    """Return the rows of memory.json, one a network and backend."""
    return [
        "| network, backend | whole process less the data, MB "
        "| less Python and libraries, too, MB |",
        "|---|--:|--:|",
        *(
            f"| {name} | {row['beyond_data_mb']:,.0f} "
            f"| {row['beyond_data_and_imports_mb']:,.0f} |"
            for name, row in figures.items()
        ),
    ]


def limit_table(figures):
    """Return the rows of limit.json, with what a product of matrices reaches."""
    rate = figures["matrix_product_gflops"]
    return [
        "| network | GFLOP an epoch | time of an epoch (tutorial CNN = 1) "
        f"| share of {rate:.0f} GFLOP/s |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {row['gflop_an_epoch']:,.0f} "
            f"| {row['epoch_ratio_to_tutorial']:.2f} "
            f"| {row['share_of_the_limit']:.0%} |"
            for name, row in figures["networks"].items()
        ),
    ]


def long_recording_table(figures):
    """Return the rows of long_recording.json, one a network."""
    return [
        "| network | hours of audio | memory of the process at most, MB "
        "| time (that of the audio = 1) |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {row['hours']:.0f} | {number(row['peak_mb'], '.0f')} "
            f"| {row['real_time_factor']:.4f} |"
            for name, row in figures.items()
        ),
    ]


def estimators_table(figures):
    """Return the questions of estimators.json, with a column for each peer."""
    names = [name for name, row in figures.items() if "answers" in row]
    answers = [figures[name]["answers"] for name in names]
    checks = [figures[name]["scikit_learn_checks"] for name in names]
    passed = (
        f"{one['passed']} of {one['run']}" if "run" in one else "none can be run"
        for one in checks
    )
    return [
        f"| asked | {' | '.join(names)} |",
        f"|---|{'--:|' * len(names)}",
        *(
            f"| {question} | "
            + " | ".join("no" if own[question] else "yes" for own in answers)
            + " |"
            for question in answers[0]
        ),
        f"| checks of scikit-learn passed | {' | '.join(passed)} |",
    ]


def all_spotting_table(figures):
    """Return the rows of spotting.json, also of other ways to train."""
    return spotting_table(figures, figures)


MORE_TABLES = {
    "spotting": all_spotting_table,
    "front_end": front_end_table,
    "prediction": prediction_table,
    "import_time": import_time_table,
    "from_text": from_text_table,
    "conversion": conversion_table,
    "tuning": tuning_table,
    "ceiling": ceiling_table,
    "side_by_side": side_by_side_table,
    "side_by_side_own": own_epochs_table,
    "search": search_table,
    "few_clips": few_clips_table,
    "memory": memory_table,
    "limit": limit_table,
    "long_recording": long_recording_table,
    "estimators": estimators_table,
}
