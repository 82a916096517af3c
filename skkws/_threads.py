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
        with _blas().limit(limits=1, user_api="blas"):
            yield
    finally:
        _limiting.release()


@cache
def _blas():
    return ThreadpoolController()  # takes some milliseconds: it looks at all libraries
