import numpy as np
import pytest
import soundfile


@pytest.fixture
def write_sounds():
    """Return a function that writes recordings of noise, each another one."""

    def write(folder, files, n_samples=16000, sr=16000):
        for file in files:
            seed = list(str(file).encode())
            noise = np.random.default_rng(seed).integers(
                -(2**15), 2**15, n_samples, dtype=np.int16
            )
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, noise, sr)

    return write


@pytest.fixture(autouse=True)
def _no_downloads(monkeypatch):
    """Make every download fail that a test does not replace."""

    def refuse(*args, **kwargs):
        raise AssertionError("a unit test must not download")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", refuse)
