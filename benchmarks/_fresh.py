"""Measurements in new processes, and fits that begin as in one."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits


def measure_apart(script, *arguments, backend=None):
    """Run ``script --measure arguments`` in a process; return what it printed."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    if backend is not None:
        environment["KERAS_BACKEND"] = backend
    done = subprocess.run(
        [sys.executable, script, "--measure", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def memory_mb(name):
    """Return what this process has in memory (VmRSS), or has had at most (VmHWM).

    Not by getrusage, which on Linux starts from the size of the process's parent. None
    off Linux.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) / 1024 for line in lines if name in line)


def on_one_core():
    """Keep this process on one core, where the system can, with a thread for it."""
    threadpool_limits(1)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, [0])


def forget_compiled_functions():
    """Make the next fit compile for itself."""
    from skkws.classifiers import _engine

    _engine._idle.clear()
    _engine.keras.utils.clear_session()
    gc.collect()
