"""Librosa where numba finds no folder for what it compiles."""

import os
from operator import attrgetter

import numba
import pytest

from skkws import _librosa


def test_without_a_place_for_the_cache(monkeypatch, tmp_path):
    """As in a container whose user has no home and may not write where librosa lies."""

    def get(name):
        if str(folder) != numba.config.CACHE_DIR:
            raise RuntimeError("cannot cache function '__o_fold': no locator available")
        return attrgetter(name)

    folder, at_exit = tmp_path / "skkws-1", []
    monkeypatch.setattr(_librosa, "attrgetter", get)
    monkeypatch.setattr(_librosa.tempfile, "mkdtemp", lambda prefix: str(folder))
    monkeypatch.setattr(_librosa.atexit, "register", lambda *a, **_: at_exit.append(a))
    monkeypatch.setattr(numba.config, "CACHE_DIR", "")
    assert _librosa.from_librosa("mel_frequencies")(2, fmin=0, fmax=9)[1] == 9
    assert [arguments[1] for arguments in at_exit] == [os.fspath(folder)]


def test_another_error_is_not_hidden(monkeypatch):
    def get(name):
        raise RuntimeError("another")

    monkeypatch.setattr(_librosa, "attrgetter", get)
    with pytest.raises(RuntimeError, match="another"):
        _librosa.from_librosa("mel_frequencies")
