"""The book's file: a gzipped pickle of three pairs (images, labels)."""

import gzip
import os
import pickle
import tempfile
import zlib
from pathlib import Path
from typing import Any

from network3.checks.images import describe
from network3.data import unpickling
from network3.data.bounded import PIECE, gunzipped
from network3.data.explaining import explained, lacks_memory


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
            triple = unpickling.load(file)
        except Exception as error:
            if not lacks_memory(error):
                _read_on(file)
            raise
        _read_on(file)
        return triple


def _read_on(file: Any) -> None:
    """Read to the end, where gzip's checksum stands: it explains most errors of a pickle.

    Not after an interrupt or a lack of memory: they lose bytes, and the checksum would not fit.
    """
    while file.read(PIECE):
        pass
