"""Checks of constructor arguments; refusals are one sentence."""

from numbers import Integral, Real

import numpy as np


def check_count(name, value, unit):
    """Return a positive whole number of a unit as an int."""
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise ValueError(
            f"{name} is {value!r}, but must be a positive whole number of {unit}."
        )
    return int(value)


def check_real(name, value, expected, *, above=-np.inf, least=-np.inf, most=np.inf):
    """Return a number above, or not below, a bound as a float."""
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    if not (is_real and above < value < np.inf and least <= value <= most):
        raise ValueError(f"{name} is {value!r}, but must be {expected}.")
    return float(value)


def check_choice(name, value, choices):
    """Refuse what is not one of the choices."""
    if not any(value is choice or value == choice for choice in choices):
        *others, last = map(repr, choices)
        raise ValueError(
            f"{name} is {value!r}, but must be {', '.join(others)} or {last}."
        )
    return value
