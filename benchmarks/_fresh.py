"""Fits that begin as in a new process."""

import gc


def forget_compiled_functions():
    """Make the next fit compile for itself."""
    from skkws.classifiers import _engine

    _engine._idle.clear()
    _engine.keras.utils.clear_session()
    gc.collect()
