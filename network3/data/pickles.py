"""The book's file: a gzipped pickle of three pairs (images, labels)."""

import gzip
import os
import pickle
import tempfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from network3.checks.images import describe
from network3.data import bounded, unpickling
from network3.data.bounded import PIECE, gunzipped
from network3.data.explaining import explained, lacks_memory

DEEPEST = 16  # three parts of pairs of images of one map of rows are 6 deep


def read(path: Path) -> list:
    """Return the pairs of training, validation and test data, as arrays or lists.

    Raises
    ------
    ValueError
        If the file is damaged or holds something else; nothing of it has run.
    """
    triple = _read(path)
    if not isinstance(triple, tuple | list) or len(triple) != 3:
        raise ValueError(
            f"{path} holds {describe(triple)}: it must hold three pairs (images, labels), "
            "for training, validation and testing."
        )
    for name, pair in zip(("training", "validation", "test"), triple, strict=True):
        if not isinstance(pair, tuple | list) or len(pair) < 2:
            raise ValueError(
                f"{path} holds {describe(pair)} as {name} data: it must be a pair (images, labels)."
            )
    return [pair[:2] for pair in triple]  # the original, too, leaves out what comes after


def write(path: Path, triple: tuple, compresslevel: int = 6) -> None:
    """Write three pairs of arrays so that `path` holds all of them or is not touched."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with (
            open(descriptor, "wb") as file,
            gzip.open(file, "wb", compresslevel=compresslevel) as zipped,
        ):
            pickle.dump(triple, zipped, protocol=5)  # which does not copy the arrays
        os.replace(temporary, path)
    except BaseException as error:
        os.unlink(temporary)
        if isinstance(error, OSError):
            why = f"{path} could not be written ({error.strerror}): make room, or choose another"
            raise OSError(error.errno, f"{why} place") from error
        raise


def _read(path: Path) -> Any:
    kind = "a pickle that can be read here"
    advice = "it must hold three pairs (images, labels) of NumPy arrays or lists"
    of_gzip = EOFError, OSError, zlib.error  # `gunzipped` explains these
    with gunzipped(path) as file, explained(path, kind, advice, but=of_gzip):
        try:
            most = 2 * bounded.most(path)  # some protocols hold an array as text, which is copied
            content = unpickling.load(file, most)
            if _size(content, {}) > most + unpickling.SPARE:
                raise ValueError("its lists, as arrays, would take far more memory than they do")
        except Exception as error:
            if not lacks_memory(error):
                _read_on(file)
            raise
        _read_on(file)
        return content


def _read_on(file: Any) -> None:
    """Read to the end, where gzip's checksum stands: it explains most errors of a pickle.

    Not after an interrupt or a lack of memory: they lose bytes, and the checksum would not fit.
    """
    while file.read(PIECE):
        pass


def _size(value: Any, known: dict[int, int], depth: int = 0) -> int:
    """Return the bytes of nested lists as one array, where a list in n places counts n times.

    A list of a hundred times the same list of a hundred times the same, and so on, is a few bytes
    in a pickle.
    """
    if isinstance(value, np.ndarray):
        return value.nbytes
    if not isinstance(value, list | tuple):
        return 8
    if id(value) not in known:
        if depth == DEEPEST:
            raise ValueError(f"it holds lists within lists, more than {DEEPEST} deep")
        known[id(value)] = sum(
            8 if type(item) in (float, int) else _size(item, known, depth + 1) for item in value
        )
    return known[id(value)]
