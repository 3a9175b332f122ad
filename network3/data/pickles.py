"""Read and write the book's format: a gzipped pickle of three pairs (images, labels)."""

import gzip
import pickle
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from network3.checks.images import describe
from network3.data import bounded, unpickling
from network3.data.bounded import PIECE, gunzipped
from network3.data.explaining import explained, lacks_memory
from network3.data.files import replacing

DEEPEST = 16  # nested lists; images (n, 1, H, W) in pairs in three parts have a depth of 6


def read(path: Path) -> list:
    """Return the pairs of training, validation and test data, as arrays or lists.

    Raises
    ------
    OSError
        If the file cannot be read.
    ValueError
        If the file is damaged or holds something else. Nothing in it is executed.
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
    return [pair[:2] for pair in triple]  # the original ignores further items, too


def write(path: Path, triple: tuple, compresslevel: int = 6) -> None:
    """Write three pairs of arrays; an existing file is replaced atomically."""
    with (
        replacing(path) as file,
        gzip.open(file, "wb", compresslevel=compresslevel) as zipped,
    ):
        pickle.dump(triple, zipped, protocol=5)  # does not copy the arrays


def _read(path: Path) -> Any:
    kind = "a pickle that can be read here"
    advice = "it must hold three pairs (images, labels) of NumPy arrays or lists"
    of_gzip = EOFError, OSError, zlib.error  # explained by `gunzipped`
    with gunzipped(path) as file, explained(path, kind, advice, but=of_gzip):
        try:
            most = 2 * bounded.most(path)  # some protocols store arrays as text, which is copied
            content = unpickling.load(file, most)
            if _size(content, {}) > most + unpickling.SPARE:
                raise ValueError("its lists would take far more memory as arrays")
        except Exception as error:
            if not lacks_memory(error):
                _read_on(file)
            raise
        _read_on(file)
        return content


def _read_on(file: Any) -> None:
    """Read to the end, so that gzip checks its checksum, which explains most errors of a pickle.

    Do not call this after an interrupt or a lack of memory: bytes are lost then, and the checksum
    does not match.
    """
    while file.read(PIECE):
        pass


def _size(value: Any, known: dict[int, int], depth: int = 0) -> int:
    """Return the size in bytes of nested lists as an array; a list in n places counts n times.

    A pickle of a few bytes can hold a list of a hundred references to one list, which again holds a
    hundred references to one list, and so on.
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
