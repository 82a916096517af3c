import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from skkws.datasets import (
    fetch_mini_speech_commands,
    fetch_speech_commands,
    fetch_spoken_digits,
)
from skkws.datasets._spoken_digits import _SHA256_OF_SAMPLES, _digest

pytestmark = pytest.mark.real_data


def _fetch(fetch, **params):
    try:
        return fetch(download_if_missing=False, **params)
    except FileNotFoundError as error:
        pytest.skip(f"{fetch.__name__}: {error}")


def test_mini_speech_commands():
    bunch = _fetch(fetch_mini_speech_commands, load=False)
    words = ["down", "go", "left", "no", "right", "stop", "up", "yes"]
    assert bunch.target_names.tolist() == words
    counts = [(bunch.split == part).sum() for part in ("train", "validation", "test")]
    assert counts == [6289, 863, 845]
    parts = np.unique([bunch.speaker, bunch.split], axis=1)[0]
    assert len(set(parts)) == len(parts)  # no speaker is in two parts


def test_eight_thousand_clips_take_little_memory():
    _fetch(fetch_mini_speech_commands, load=False)
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak of a process alone is told by Linux alone")
    code = (  # in a process of its own, which has no other peak
        "from pathlib import Path\n"
        "from skkws.datasets import fetch_mini_speech_commands as fetch\n"
        "fetch(download_if_missing=False)\n"
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.split('VmHWM:')[1].split()[0])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert int(run.stdout) * 1024 < 0.6e9  # kB


def test_spoken_digits():
    bunch = _fetch(fetch_spoken_digits)
    assert bunch.data.shape == (3000, 8000)
    assert (bunch.split == "test").sum() == 300
    assert len(set(bunch.speaker)) == 6


def test_spoken_digits_are_those_that_are_known():
    bunch = _fetch(fetch_spoken_digits, load=False)
    folder = bunch.data[0].removesuffix(bunch.filenames[0])
    assert _digest(Path(folder)) == _SHA256_OF_SAMPLES


def test_unknown_and_silence():
    try:
        bunch = _fetch(
            fetch_speech_commands,
            version="0.01",
            task=["bed", "cat", "_unknown_", "_silence_"],
        )
    except ValueError as error:
        if "does not have the words" not in str(error):
            raise
        pytest.skip(str(error))
    assert {"_unknown_", "_silence_"} < set(bunch.target)
    silence = bunch.data[bunch.target == "_silence_"]
    assert np.abs(silence).max(axis=1).all()
