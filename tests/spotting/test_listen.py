"""The example that listens live."""

import importlib.util
import sys
from pathlib import Path

import pytest
import soundfile

from skkws import KeywordSpotter

EXAMPLE = Path(__file__).parents[2] / "examples" / "listen.py"


@pytest.fixture
def example(monkeypatch):
    spec = importlib.util.spec_from_file_location("listen", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


def test_a_recording_is_heard_live_as_by_detect(
    example, pipe, recording, tmp_path, capsys
):
    path = tmp_path / "words.wav"
    soundfile.write(path, recording.data, 16000)
    spotter = KeywordSpotter(pipe)
    heard = example.listen(spotter, example.from_file(path))
    assert heard == spotter.detect(path)
    assert heard
    printed = capsys.readouterr().out
    assert f"{len(heard)} words heard" in printed
    assert f"{heard[0].start:.2f} s  {heard[0].word}" in printed


def test_without_sounddevice_it_says_what_to_do(example, monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(SystemExit, match="pip install sounddevice, or give a record"):
        next(example.from_microphone())
