"""The official rule that deals the speakers out to training, validation and test."""

import hashlib
import os
import re
from collections.abc import Iterable

import numpy as np

from .._files import is_path
from .._parameters import check_real

# The published rule counts in this many steps; it fixes the last digit of every
# comparison, and with it the split.
_STEPS = 2**27 - 1


def speaker_split(names, *, validation=10, test=10):
    """Deal recordings out to train, validation and test by their speakers.

    The rule published with the Speech Commands: the SHA-1 of the speaker decides,
    so that all recordings of a speaker come to the same part, whatever else the
    corpus holds, and stay there when it grows.

    Parameters
    ----------
    names : array-like of str or path-like, shape (n_clips,)
        File names of the form ``<speaker>_nohash_<n>.wav``, with or without
        folders; or speakers. A file name without ``_nohash_`` counts as a speaker of
        its own.
    validation : float, default=10
        Share of the speakers for validation, in percent.
    test : float, default=10
        Share of the speakers for the test, in percent.

    Returns
    -------
    ndarray, shape (n_clips,)
        "train", "validation" or "test" for each name.

    Raises
    ------
    ValueError
        If the shares are not percentages that leave something to train on.
    TypeError
        If `names` is a single name, or has an entry that is none.

    See Also
    --------
    load_audio_folder : Load a folder of recordings; splits them by this rule.

    References
    ----------
    .. [1] P. Warden, "Speech Commands: A Dataset for Limited-Vocabulary Speech
       Recognition", arXiv:1804.03209, 2018; the function ``which_set`` of
       TensorFlow's ``examples/speech_commands/input_data.py``.

    Examples
    --------
    >>> from skkws.datasets import speaker_split
    >>> speaker_split(["yes/0a7c2a8d_nohash_0.wav", "no/0a7c2a8d_nohash_1.wav"])
    array(['train', 'train'], dtype='<U10')
    >>> speaker_split(["anna", "berta", "clara", "doris"], validation=30, test=30)
    array(['validation', 'train', 'train', 'test'], dtype='<U10')
    """
    if is_path(names):
        raise TypeError(f"names is the single name {names}, but must be a list.")
    if not isinstance(names, Iterable):  # such as the speakers that no file tells
        raise TypeError(f"names is {names!r}, but must be a list of names.")
    names = list(names)
    for i, name in enumerate(names):
        if not is_path(name):
            raise TypeError(f"names[{i}] is {name!r}, but must be a str or a path.")
    for name, share in (("validation", validation), ("test", test)):
        check_real(name, share, "a percentage of the speakers", least=0)
    if validation + test >= 100:
        raise ValueError(
            f"validation is {validation} and test is {test}, but they must be "
            "percentages that leave something to train on."
        )
    parts = [_part(speaker_of(name), validation, test) for name in names]
    return np.array(parts, dtype="<U10")


def speaker_of(name):
    """Return what stands before ``_nohash_`` in a file name, else all of it."""
    return re.sub(r"_nohash_.*$", "", os.path.basename(name))


def _part(speaker, validation, test):
    # As UTF-8; file names that are bytes of another encoding stay these bytes.
    name = speaker.encode(errors="surrogateescape")
    digest = int(hashlib.sha1(name).hexdigest(), 16)
    percentage = (digest % (_STEPS + 1)) * (100.0 / _STEPS)
    if percentage < validation:
        return "validation"
    if percentage < validation + test:
        return "test"
    return "train"
