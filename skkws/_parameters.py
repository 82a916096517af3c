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


def check_jobs(n_jobs):
    """Return a number of threads or processes as joblib takes it, or None."""
    is_count = isinstance(n_jobs, Integral) and not isinstance(n_jobs, bool)
    if n_jobs is not None and not (is_count and n_jobs):
        raise ValueError(
            f"n_jobs is {n_jobs!r}, but must be a whole number other than 0, or None."
        )
    return n_jobs


def check_real(name, value, expected, *, above=-np.inf, least=-np.inf, most=np.inf):
    """Return a number above, or not below, a bound as a float."""
    is_real = isinstance(value, Real) and not isinstance(value, bool)
    if not (is_real and above < value < np.inf and least <= value <= most):
        raise ValueError(f"{name} is {value!r}, but must be {expected}.")
    return float(value)


def check_range(name, value, unit, lowest=-np.inf, highest=np.inf):
    """Return (low, high) within [lowest, highest] as floats."""
    try:
        low, high = value
        if any(not isinstance(x, Real) or isinstance(x, bool) for x in (low, high)):
            raise TypeError
        low, high = float(low), float(high)
    except (TypeError, ValueError):
        low, high = np.nan, np.nan
    if not (lowest <= low <= high <= highest and np.isfinite([low, high]).all()):
        within = f" within [{lowest:g}, {highest:g}]"
        raise ValueError(
            f"{name} is {value!r}, but must be two finite numbers (low, high) with "
            f"low <= high{within if np.isfinite([lowest, highest]).any() else ''}, "
            f"in {unit}."
        )
    return low, high


def check_choice(name, value, choices):
    """Refuse what is not one of the choices."""
    is_one = getattr(value, "ndim", 0) == 0  # an array equals in part
    if not (is_one and any(value is choice or value == choice for choice in choices)):
        *others, last = map(repr, choices)
        raise ValueError(
            f"{name} is {value!r}, but must be {', '.join(others)} or {last}."
        )
    return value
