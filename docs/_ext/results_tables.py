"""Tables of the results that README.md does not show, in the form of its own."""

from readme_table import UNKNOWN, accuracy


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
    """Return the rows of conversion.json, in the order of the changes."""
    return [
        "| network | parameters | time of an epoch (tutorial CNN = 1) "
        "| test accuracy |",
        "|---|--:|--:|--:|",
        *(
            f"| {name} | {row['parameters']:,} | {row['epoch_time_ratio']:.2f} "
            f"| {accuracy(row['test'])} |"
            for name, row in figures["rows"].items()
        ),
    ]


MORE_TABLES = {
    "front_end": front_end_table,
    "prediction": prediction_table,
    "import_time": import_time_table,
    "from_text": from_text_table,
    "conversion": conversion_table,
}
