"""Figures of a benchmark as data, with what machine and libraries they come from."""

import json
import os
import platform
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


def write_results(name, figures, libraries=()):
    """Write ``results/<name>.json`` in one step and return its path.

    A reader never sees half a file: it is written beside and then moved into place.
    """
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")
    content = {"figures": figures, "machine": machine_facts(libraries)}
    try:
        unfinished.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def former_figures(name, libraries=None):
    """Return the figures that were written before, {} if there are none.

    With `libraries`, those measured with other versions of them do not count.
    """
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return {}
    former = json.loads(path.read_text(encoding="utf-8"))
    if libraries is not None:
        now = machine_facts(libraries)["libraries"]
        if former["machine"]["libraries"] != now:
            return {}
    return former["figures"]


def machine_facts(libraries=()):
    """Return processor, cores, system, versions and date; nothing that names a host."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {
            library: _version(library)
            for library in ("numpy", "scipy", "scikit-learn", *libraries)
        },
        "date": date.today().isoformat(),
    }


def _cpu_model():
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.split(":", 1)[1] for line in lines if line.startswith("model name")]
    return models[0].strip() if models else platform.machine()


def _version(library):
    try:
        return version(library)
    except PackageNotFoundError:
        return None
