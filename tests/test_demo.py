"""The demo runs, and leaves behind what it says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

DEMO = Path(__file__).parent.parent / "examples" / "demo.py"


@pytest.mark.slow
def test_demo(tmp_path):
    pytest.importorskip("espeakng_loader", reason="needs espeakng-loader")
    pytest.importorskip("matplotlib", reason="needs matplotlib")
    import joblib
    import soundfile

    folder = tmp_path / "out"
    command = [sys.executable, DEMO, folder, "--synthetic", "10", "--epochs", "1"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == [folder]
    assert sorted(path.name for path in folder.iterdir()) == [
        "confusion_matrix.png",
        "learning_curves.png",
        "spectrograms.png",
        "word.wav",
        "words.joblib",
    ]

    assert "synthetic words" in done.stdout
    assert "64 clips to train and 8 of other speakers" in done.stdout
    row = r"^{} +[\d,]+ +[\d.]+ +[\d.]+%$"
    for network in ("KerasCNNClassifier", "KerasGRUClassifier"):
        assert re.search(row.format(network), done.stdout, flags=re.MULTILINE)

    assert soundfile.info(folder / "word.wav").samplerate == 16000
    words = joblib.load(folder / "words.joblib")
    heard = re.findall(r"^  (\w+) +([\d.]+)%$", done.stdout, flags=re.MULTILINE)
    assert len(heard) == 3
    assert {word for word, _ in heard} <= set(words.classes_)
    shares = [float(share) for _, share in heard]
    assert shares == sorted(shares, reverse=True)
