"""One thread for products of small matrices."""

import threading
from contextlib import contextmanager
from functools import cache

from threadpoolctl import ThreadpoolController

_limiting = threading.Lock()


@contextmanager
def one_blas_thread():
    """Keep BLAS to one thread, that of the caller.

    A product that takes a tenth of a millisecond gains nothing from a second thread,
    and waits for it wherever another program has that core.

    The number of threads belongs to the whole process. Only one caller at a time sets
    and restores it: another would restore the one thread that it had found.
    """
    if not _limiting.acquire(blocking=False):
        yield
        return
    try:
        # threadpoolctl's own context manager takes three times as long.
        libraries = _blas_libraries()
        before = [library.get_num_threads() for library in libraries]
        try:
            for library in libraries:
                library.set_num_threads(1)
            yield
        finally:
            for library, n_threads in zip(libraries, before, strict=True):
                library.set_num_threads(n_threads)
    finally:
        _limiting.release()


@cache
def _blas_libraries():
    # Takes some milliseconds: it looks at all libraries that are loaded.
    return ThreadpoolController().select(user_api="blas").lib_controllers
