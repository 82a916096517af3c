"""Librosa where numba finds no folder for what it compiles."""

import subprocess
import sys

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


def test_without_a_place_for_the_cache(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", NOWHERE],
        env={"TMPDIR": str(tmp_path), "PATH": ""},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout.startswith(str(tmp_path))
    assert not list(tmp_path.iterdir())
