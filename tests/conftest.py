import numpy as np
import pytest


@pytest.fixture(scope="session")
def clips():
    """40 spectrograms (n, 12, 6) of three words that differ, and their words."""
    rng = np.random.default_rng(0)
    y = np.array(["down", "go", "up"])[np.arange(40) % 3]
    X = rng.normal(size=(40, 12, 6)) + (np.arange(40) % 3)[:, None, None]
    X = X.astype(np.float32)
    for array in (X, y):
        array.setflags(write=False)
    return X, y
