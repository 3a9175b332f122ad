"""Read what a file holds, whatever it promises: memory follows the bytes that are there."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from network3.data.explaining import lacks_memory

PIECE = 1 << 20  # bytes
# The most bytes that come out of one byte of deflate, the method of gzip and zip. Source:
# https://zlib.net/zlib_tech.html
DEFLATE = 1032


def read(file: Any, count: int) -> bytes:
    """Return the next `count` bytes, or as many as there are, which alone are allocated."""
    if count <= PIECE:
        return file.read(count)
    whole = io.BytesIO()
    while count and (piece := file.read(min(count, PIECE))):
        whole.write(piece)
        count -= len(piece)
    return whole.getvalue()  # no copy: BytesIO gives its own bytes away


@contextmanager
def unzipped(path: Path) -> Iterator[Any]:
    """Open a file for reading bytes, which are unzipped where it is gzipped."""
    if not _is_gzip(path):
        with open(path, "rb") as file:
            yield file
        return
    with gunzipped(path) as file:
        yield file


@contextmanager
def gunzipped(path: Path) -> Iterator[Any]:
    """Open a gzipped file; ValueError, when it is read, where it is none or is damaged.

    A lack of memory becomes a MemoryError.
    """
    if path.stat().st_size and not _is_gzip(path):
        raise ValueError(
            f"{path} is not a gzip file, as the book's pickle is: data in other formats have names "
            f"that end in .npz, .csv or .csv.gz, or the names of MNIST's four files."
        )
    try:
        with gzip.open(path) as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        if lacks_memory(error):
            raise MemoryError(str(error)) from error
        why = str(error) or "it ends too early"
        raise ValueError(
            f"{path} is not a gzip file, or is damaged ({why}): get another copy."
        ) from error


def most(path: Path) -> int:
    """Return the most bytes that `unzipped` can give, from the size of the file alone."""
    return path.stat().st_size * (DEFLATE if _is_gzip(path) else 1)


def _is_gzip(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"
