"""NumPy's .npz archives, such as Keras's mnist.npz."""

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

    The names are x_train, y_train, x_test, y_test, and x_val and y_val (or x_validation and
    y_validation) if there is validation data; otherwise that is the last sixth of the training
    data. An archive of x_train and y_train alone, or of images and labels, is split in the order
    5:1:1. Nothing is unpickled.

    Raises
    ------
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
    """The pairs that there are, by the keys of NAMES."""
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
                    raise ValueError(f"of {pair[0]} and {pair[1]} it holds {there[0]} only")
                if there:
                    images, labels = (_array(archive, name, most) for name in pair)
                    pairs[role] = images, labels
    return pairs


def _array(archive: zipfile.ZipFile, name: str, most: int) -> np.ndarray:
    """Return one array of at most `most` bytes.

    NumPy reads the header, but not the data: its reader allocates what the header says before it
    looks at what there is, and the sizes in the archive's directory can be as false as the header.
    A file of 8 MB can say 1 GB in both, which deflate could hold.
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
    if version != (1, 0):  # the later ones are for structured types
        raise ValueError(f"{name} is in version {version} of NumPy's format, not in (1, 0)")
    try:
        shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    except MemoryError as error:  # Python's parser runs out of its own stack, not of memory
        raise ValueError(f"{name} has a header of too many nested parts") from error
    if dtype.kind not in "fiu" or any(length < 0 for length in shape):
        raise ValueError(f"{name} says it is an array of {dtype} with shape {shape}")
    return shape, is_fortran, dtype
