import os
import subprocess
import sys

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from skkws._threads import one_blas_thread


def blas_threads():
    return {i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def two_threads():
    limits = threadpool_limits(2, user_api="blas")  # not as a context: that owns it
    if blas_threads() != {2}:
        pytest.skip("this BLAS has no number of threads to set")
    yield
    limits.restore_original_limits()


def test_blas_has_one_thread_inside_and_as_many_as_before_outside():
    with one_blas_thread():
        assert blas_threads() == {1}
        with one_blas_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == {2}


def test_an_error_restores_the_number_of_threads():
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert blas_threads() == {2}


MANY = """
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
import numpy as np
from threadpoolctl import threadpool_info
from skkws._threads import one_blas_thread

def blas_threads():
    return {i["num_threads"] for i in threadpool_info() if i["user_api"] == "blas"}

def product(barrier):
    barrier.wait(10)
    for _ in range(300):
        with one_blas_thread():
            np.ones((8, 8)) @ np.ones((8, 8))

before = blas_threads()
for _ in range(20):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(product, [Barrier(4)] * 4))
    assert blas_threads() == before, (before, blas_threads())
"""


def test_many_threads_at_once_leave_the_number_of_threads():
    # A fresh interpreter: in this one, the fixture may own the limit.
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}
    subprocess.run([sys.executable, "-c", MANY], check=True, env=environment)
