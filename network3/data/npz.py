"""Read NumPy's .npz archives, such as Keras's mnist.npz."""

import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from network3.data import bounded
from network3.data.explaining import explained
from network3.data.splitting import Pair, in_three, with_validation

NAMES = {
    "training": [("x_train", "y_train")],
    "validation": [("x_val", "y_val"), ("x_validation", "y_validation")],
    "test": [("x_test", "y_test")],
    "whole": [("images", "labels")],
}


def read(path: Path) -> list[Pair]:
    """Return three pairs of arrays, as they are in the archive.

    The arrays are named x_train, y_train, x_test and y_test. Validation data are named x_val and
    y_val, or x_validation and y_validation; if there are none, the last sixth of the training data
    is used. An archive with only x_train and y_train, or images and labels, is split, in the order
    of the images, in the ratio 5:1:1. Nothing is unpickled.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the archive is damaged or holds something else.
    """
    pairs = _pairs(path)
    if pairs.keys() == {"training", "validation", "test"}:
        return [pairs["training"], pairs["validation"], pairs["test"]]
    if pairs.keys() == {"training", "test"}:
        return with_validation(path, pairs["training"], pairs["test"])
    if pairs.keys() in ({"training"}, {"whole"}):
        return in_three(path, *pairs.values())
    raise ValueError(
        f"{path} holds arrays for {' and '.join(pairs) or 'nothing'}: its arrays must be named "
        "x_train, y_train, x_test and y_test (and x_val and y_val, if there are any), as in "
        "Keras's mnist.npz, or images and labels."
    )


def _pairs(path: Path) -> dict[str, Pair]:
    """Return the pairs in the archive, by the keys of NAMES."""
    most = bounded.DEFLATE * path.stat().st_size
    kind = "an archive of NumPy arrays of numbers, or is damaged"
    advice = "get another copy, or write it with numpy.savez"
    with open(path, "rb") as file, explained(path, kind, advice), zipfile.ZipFile(file) as archive:
        members = {member.removesuffix(".npy") for member in archive.namelist()}
        pairs = {}
        for role, names in NAMES.items():
            for pair in names:
                there = [name for name in pair if name in members]
                if len(there) == 1:
                    raise ValueError(f"of {pair[0]} and {pair[1]} it holds only {there[0]}")
                if there:
                    images, labels = (_array(archive, name, most) for name in pair)
                    pairs[role] = images, labels
    return pairs


def _array(archive: zipfile.ZipFile, name: str, most: int) -> np.ndarray:
    """Return one array of at most `most` bytes.

    NumPy reads only the header. Its reader of data would allocate the size in the header before it
    reads anything, and the sizes in the archive's directory can be wrong, too. In a file of 8 MB
    both can claim 1 GB, which deflate could hold.
    """
    info = archive.getinfo(f"{name}.npy")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(f"{name} is compressed by method {info.compress_type}, not by deflate")
    with archive.open(info) as file:
        shape, is_fortran, dtype = _header(name, file)
        count = math.prod(shape) * dtype.itemsize
        if count > most:
            raise ValueError(f"{name} says its shape is {shape}, but the file is too small")
        raw = bounded.read(file, count)
        if len(raw) < count or file.read(1):
            held = f"only {len(raw)}" if len(raw) < count else "more"
            raise ValueError(f"{name} says its shape is {shape}, but holds {held} bytes")
    return np.frombuffer(raw, dtype).reshape(shape, order="F" if is_fortran else "C")


def _header(name: str, file: Any) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = np.lib.format.read_magic(file)
    if version != (1, 0):  # later versions are for structured types
        raise ValueError(f"{name} is in version {version} of NumPy's format, not in (1, 0)")
    try:
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    except MemoryError as error:  # Python's parser ran out of stack, not of memory
        raise ValueError(f"{name} has a header with too many nested parts") from error
    if dtype.kind not in "fiu" or any(length < 0 for length in shape):
        raise ValueError(f"{name} is an array of {dtype} with shape {shape}")
    return shape, is_fortran, dtype
