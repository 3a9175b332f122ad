"""Validate numbers given by the user."""

import math
import numbers
from collections.abc import Iterable
from typing import Any

import numpy as np


def whole_number(where: str, name: str, value: Any, least: int = 1, most: int | None = None) -> int:
    """Return `value` as an int from `least` to `most`; `where` names the function that got it.

    Raises
    ------
    ValueError
        If `value` is anything else: 10.0 is a whole number, "10" and 10.5 are not.
    """
    number = _as_int(value)
    if number is None or number < least or (most is not None and number > most):
        wanted = "positive whole number" if (least, most) == (1, None) else "whole number"
        limits = "" if wanted.startswith("positive") else f" from {least}"
        limits += "" if most is None else f" to {most}"
        raise ValueError(f"{where} got {name} = {value!r}: it must be a {wanted}{limits}")
    return number


def whole_numbers(where: str, name: str, values: Any, count: int, meaning: str) -> tuple[int, ...]:
    """Return `values` as `count` positive ints; `meaning` describes them, as in "(height, width)".

    Raises
    ------
    ValueError
        If `values` is anything else.
    """
    found = [_as_int(v) for v in values] if isinstance(values, Iterable) else []
    if len(found) != count or any(number is None or number < 1 for number in found):
        raise ValueError(
            f"{where} got {name} = {values!r}: it must be {count} positive whole numbers, {meaning}"
        )
    return tuple(number for number in found if number is not None)


def finite(where: str, name: str, value: Any, dtype: str) -> float:
    """Return `value`, a number or an array of one, as a float that is finite in a dtype.

    Raises
    ------
    ValueError
        If `value` is anything else.
    """
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.item()
    largest = float(np.finfo(dtype).max)
    is_real = isinstance(value, numbers.Real)  # separate, because mypy cannot compare a Real
    if not is_real or not abs(value) <= largest:
        raise ValueError(f"{where} got {name} = {value!r}: it must be a finite {dtype}")
    return float(value)


def share(where: str, name: str, value: Any, meaning: str = "") -> float:
    """Return `value` as a float in [0, 1), or raise ValueError."""
    try:
        number = math.nan if isinstance(value, str | bytes) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < 1:
        raise ValueError(f"{where} got {name} = {value!r}: {meaning or 'it'} must lie in [0, 1)")
    return number


def _as_int(value):
    """Return a whole number as an int, or None for anything else."""
    try:
        return int(value) if not isinstance(value, str) and int(value) == value else None
    except (TypeError, ValueError, OverflowError):
        return None
