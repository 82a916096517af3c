"""Librosa where numba finds no folder for what it compiles."""

import os
import subprocess
import sys

import pytest

# As in a container whose user has no home and may not write where librosa lies.
NOWHERE = """
from numba.core.caching import CacheImpl
CacheImpl._locator_classes = [
    one for one in CacheImpl._locator_classes if "UserProvided" in one.__name__
]
import numpy as np
from skkws import LogSpectrogram, PCEN
spectrogram = LogSpectrogram(power=1, log=None).transform(np.ones((1, 16000)))
assert np.isfinite(PCEN().transform(spectrogram)).all()
import numba
print(numba.config.CACHE_DIR)
"""


@pytest.mark.slow  # all is compiled anew
def test_without_a_place_for_the_cache(tmp_path):
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    run = subprocess.run(
        [sys.executable, "-c", NOWHERE],
        env={**environment, "TMPDIR": str(tmp_path), "TEMP": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith(str(tmp_path))
    assert not list(tmp_path.iterdir())
