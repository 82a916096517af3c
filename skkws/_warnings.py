"""Warnings that name the user's own line."""

import os
import sys
import warnings

import joblib
import sklearn

# Where no user's code lies: scikit-learn calls the steps of a Pipeline, through joblib.
_PACKAGES = tuple(
    os.path.dirname(path) + os.sep
    for path in (__file__, sklearn.__file__, joblib.__file__)
)


def warn_user(message):
    """Warn at the line that called this package, be it through scikit-learn.

    Parameters
    ----------
    message : str
        What to say, in a UserWarning.
    """
    level, frame = 1, sys._getframe()
    while frame is not None and frame.f_code.co_filename.startswith(_PACKAGES):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)
