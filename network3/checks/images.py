"""Validate images and labels given by the user."""

import contextlib
import math
import pickle
import textwrap
import warnings
from typing import Any

import numpy as np
import pytensor
from pytensor.graph.basic import Variable

SMALLEST_LABEL, LARGEST_LABEL = np.iinfo(np.int32).min, np.iinfo(np.int32).max


def images(where: str, values: Any, any_range: bool = False) -> np.ndarray:
    """Return `values` as rows of pixels, (n, pixels) in floatX.

    Whole numbers are grey levels k in 0..255 and become k/256; bools become 0 and 1. Floats must be
    in [0, 1]. With `any_range`, as in the original, there may be no images, any finite float is
    accepted, and whole numbers that are not grey levels keep their values.

    The result is C-contiguous and writeable. It shares memory with `values` if nothing has to be
    converted. `where` begins the messages of errors, as in "share got images".

    Raises
    ------
    ValueError, TypeError
        If `values` is anything else.
    """
    array = as_array(where, values)
    shape = array.shape[:1] + array.shape[2:] if array.shape[1:2] == (1,) else array.shape
    flat = array.ndim in (2, 3) or array.ndim == 4 and len(shape) == 3
    empty = array.size == 0 and not (any_range and array.ndim == 2 and array.shape[1])
    if not flat or array.dtype.kind not in "fiub" or empty:
        raise ValueError(
            f"{where} as {describe(array)}: they must be grey images of shape (n, pixels), (n, H, "
            f"W) or (n, 1, H, W), as whole numbers 0..255, floats in [0, 1] or bools."
        )
    rows = array.reshape(-1, math.prod(array.shape[1:]))
    if array.dtype.kind in "iu" and not (any_range and _are_no_levels(rows)):
        return _levels(where, rows)
    return _floats(where, rows, any_range)


def labels(where: str, values: Any, any_number: bool = False) -> np.ndarray:
    """Return `values` as a new int32 array (n,).

    The labels need not be classes, because it depends on the cost which labels it can use. With
    `any_number`, as in the original, fractions are truncated, with a warning, strings are converted
    to numbers, and None and NaN become a label that is no class.

    Raises
    ------
    ValueError, TypeError
        If `values` is anything else.
    """
    array = as_array(where, values)
    if any_number and array.ndim == 1 and array.dtype.kind in "OSU":
        with contextlib.suppress(TypeError, ValueError):
            array = array.astype(float)
    if array.ndim != 1 or array.dtype.kind not in "fiub":
        raise ValueError(
            f"{where} as {describe(array)}: they must be whole numbers of shape (n,), the classes "
            f"0, 1, 2, ...; convert one-hot rows with rows.argmax(axis=1)."
        )
    whole = np.trunc(array) if array.dtype.kind == "f" else array
    others = array[array != whole]  # includes NaN
    if len(others):
        wrong = f"{where} such as {others[0]}: they must be whole numbers from 0"
        if not any_number:
            raise ValueError(f"{wrong}.")
        warnings.warn(
            f"{wrong}; fractions are truncated, and NaN is no class.", UserWarning, stacklevel=4
        )
        whole = np.where(np.isnan(whole), SMALLEST_LABEL, whole)
    if array.size and not SMALLEST_LABEL <= whole.min() <= whole.max() <= LARGEST_LABEL:
        raise ValueError(
            f"{where} from {array.min()} to {array.max()}: they must be classes, counted from 0."
        )
    return whole.astype(np.int32)


def maps(where: str, values: Any) -> np.ndarray:
    """Return `values`, (n, pixels) of square images or (n, H, W), as an array (n, H, W).

    Raises
    ------
    ValueError, TypeError
        If `values` is anything else.
    """
    array = as_array(where, values)
    side = round(array.shape[1] ** 0.5) if array.ndim == 2 else 0
    fits = array.ndim == 3 or array.ndim == 2 and side * side == array.shape[1]
    if not fits or array.dtype.kind not in "fiu" or array.size == 0:
        raise ValueError(
            f"{where} as {describe(array)}: they must be numbers of shape (n, pixels), where the "
            f"pixels form a square such as 28 x 28, or (n, H, W)."
        )
    return array if array.ndim == 3 else array.reshape(-1, side, side)


def same_number(where: str, kind: str, images: Any, labels: Any, only_warn: bool = False) -> None:
    """Raise ValueError, or only warn, unless there are as many labels as images.

    `kind` is "training " or similar; the messages begin with `where`.
    """
    counts = [len(a) if np.ndim(a) else describe(a) for a in (images, labels)]
    if counts[0] == counts[1]:
        return
    numbers = f"{counts[0]} {kind}images, but {counts[1]} labels"
    mismatch = f"{where} {numbers}: every image must have one label."
    if not only_warn:
        raise ValueError(mismatch)
    warnings.warn(mismatch, UserWarning, stacklevel=4)


def as_array(where: str, values: Any) -> np.ndarray:
    """Return `values`, an array or lists, as an array.

    Raises
    ------
    TypeError
        If `values` is a PyTensor variable.
    ValueError
        If the rows of `values` have different lengths.
    """
    if isinstance(values, Variable):
        raise TypeError(
            f"{where} as a PyTensor variable: they must be an array, such as the get_value() of a "
            f"shared variable."
        )
    try:
        return np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{where} as {describe(values)} that does not fit into one array ({error}): "
            f"all its rows must have the same length."
        ) from error


def describe(value: Any) -> str:
    """Describe a value in words, such as "a list of 4"."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype} with shape {value.shape}"
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a {type(value).__name__}"


def why(error: Exception) -> str:
    """Return the message of an error on one line of at most 200 characters.

    Add the name of its class, unless the message is meant for users.
    """
    text = str(error) if isinstance(error, ValueError | pickle.UnpicklingError) else repr(error)
    return textwrap.shorten(text, 200, placeholder=" ...")


def _floats(where, rows, any_range):
    with np.errstate(over="ignore"):  # numbers too large for floatX become infinite
        rows = np.require(rows, pytensor.config.floatX, ["C", "W"])
    if not rows.size:
        return rows
    low, high = rows.min(), rows.max()  # NaN if any pixel is
    if not np.isfinite([low, high]).all():
        raise ValueError(f"{where} with NaN or infinite pixels: all pixels must be finite.")
    if not any_range and not 0 <= low <= high <= 1:
        raise ValueError(
            f"{where} as floats from {low:g} to {high:g}: they must lie in [0, 1]; divide grey "
            f"levels by 256 or give them as uint8, and divide other values by the largest."
        )
    return rows


def _are_no_levels(rows):
    """Return true if whole numbers are not grey levels 0..255, or only 0 and 1."""
    return not rows.size or rows.min() < 0 or rows.max() > 255 or rows.max() == 1


def _levels(where, rows):
    low, high = rows.min(), rows.max()
    if not 0 <= low <= high <= 255:
        raise ValueError(
            f"{where} as whole numbers from {low} to {high}: grey levels must lie in 0..255; "
            f"convert other values to floats by dividing them by the largest."
        )
    if high == 1:
        raise ValueError(
            f"{where} as whole numbers 0 and 1, which are nearly black as grey levels 0..255: give "
            f"them as bool or floats."
        )
    return np.multiply(rows, 1 / 256, dtype=pytensor.config.floatX)
