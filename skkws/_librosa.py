"""Functions of librosa, also where their compiled form cannot be kept."""

import atexit
import shutil
import tempfile
from operator import attrgetter


def from_librosa(name):
    """Return a function of librosa.

    Parameters
    ----------
    name : str
        Its name there, such as ``"filters.mel"``.

    Returns
    -------
    callable
        The function.

    Examples
    --------
    >>> from_librosa("mel_frequencies")(3, fmin=0, fmax=2000).round()
    array([   0.,  836., 2000.])
    """
    import librosa  # which imports its parts when they are asked for

    try:
        return attrgetter(name)(librosa)
    except RuntimeError as error:
        if "cannot cache" not in str(error):
            raise
        # numba, which compiles some of them, finds no folder to keep that in: neither
        # librosa's own nor the user's cache can be written. It does with one that is
        # there until the end.
        import numba

        numba.config.CACHE_DIR = tempfile.mkdtemp(prefix="skkws-")
        atexit.register(shutil.rmtree, numba.config.CACHE_DIR, ignore_errors=True)
        return attrgetter(name)(librosa)
