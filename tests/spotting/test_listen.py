"""The example that listens live."""

import importlib.util
import sys
from pathlib import Path
from types import SimpleNamespace

import joblib
import numpy as np
import pytest
import soundfile

from skkws import KeywordSpotter
from skkws._files import read_sound
from skkws.spotting import Detection

EXAMPLE = Path(__file__).parents[2] / "examples" / "listen.py"


@pytest.fixture
def example(monkeypatch):
    spec = importlib.util.spec_from_file_location("listen", EXAMPLE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: None)
    return module


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_recording_is_heard_live_as_by_detect(
    example, pipe, recording, tmp_path, capsys, kind
):
    path = tmp_path / f"words.{kind}"
    soundfile.write(path, recording.data, 16000)
    spotter = KeywordSpotter(pipe)
    chunks = [chunk for chunk, _ in example.from_file(path)]
    np.testing.assert_array_equal(
        np.concatenate(chunks), read_sound(path, dtype="float32")[0]
    )
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


def test_a_sound_file_is_no_spotter(example, recording, tmp_path, monkeypatch):
    path = str(tmp_path / "words.wav")
    soundfile.write(path, recording.data, 16000)
    monkeypatch.setattr(sys, "argv", ["listen.py", path, path])
    with pytest.raises(SystemExit, match=r"words\.wav cannot be loaded"):
        example.main()


def test_what_is_no_spotter_is_refused(example, tmp_path, monkeypatch):
    words = str(tmp_path / "words.joblib")
    joblib.dump({"a": 1}, words)
    monkeypatch.setattr(sys, "argv", ["listen.py", words])
    with pytest.raises(SystemExit, match=r"words\.joblib has a dict, but must have a"):
        example.main()


def test_a_recording_that_breaks_off(example, tmp_path):
    path = tmp_path / "words.flac"
    soundfile.write(path, np.random.default_rng(0).normal(size=32000) / 9, 16000)
    path.write_bytes(path.read_bytes()[:30000])
    with pytest.raises(ValueError, match=r"words\.flac breaks off after 1 s"):
        list(example.from_file(path))


def test_numbers_are_words_too(example, capsys):
    example.report([Detection(7, 0.5, 1.5, 0.9)])
    assert "0.50 s  7            0.90" in capsys.readouterr().out


def test_a_spotter_is_used_as_it_is(
    example, pipe, recording, tmp_path, capsys, monkeypatch
):
    path, words = tmp_path / "words.wav", tmp_path / "words.joblib"
    soundfile.write(path, recording.data, 16000)
    spotter = KeywordSpotter(pipe, hop=0.2, threshold=0.9)
    joblib.dump(SimpleNamespace(best_estimator_=spotter), words)  # such as a search
    monkeypatch.setattr(sys, "argv", ["listen.py", str(words), str(path)])
    example.main()
    assert f"{len(spotter.detect(path))} words heard" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["listen.py", str(words), "--threshold", "0.1"])
    with pytest.raises(SystemExit):
        example.main()
    assert "is a spotter, which has thresholds of its own" in capsys.readouterr().err
