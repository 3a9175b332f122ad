"""Read files in memory that follows the bytes present, not the sizes that the file claims."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from network3.data.explaining import lacks_memory

PIECE = 1 << 20  # bytes
# The largest ratio of deflate, the compression of gzip and zip: bytes from one compressed byte.
# Source: https://zlib.net/zlib_tech.html
DEFLATE = 1032


def read(file: Any, count: int) -> bytes:
    """Return the next `count` bytes, or fewer if the file ends; only their memory is allocated."""
    if count <= PIECE:
        return file.read(count)
    whole = io.BytesIO()
    while count and (piece := file.read(min(count, PIECE))):
        whole.write(piece)
        count -= len(piece)
    return whole.getvalue()  # BytesIO returns its own bytes, without a copy


@contextmanager
def unzipped(path: Path) -> Iterator[Any]:
    """Open a file for reading bytes, and unzip it if it is gzipped."""
    if not _is_gzip(path):
        with open(path, "rb") as file:
            yield file
        return
    with gunzipped(path) as file:
        yield file


@contextmanager
def gunzipped(path: Path) -> Iterator[Any]:
    """Open a gzipped file for reading bytes.

    Raises
    ------
    ValueError
        If it is not a gzip file, or is found to be damaged while it is read.
    MemoryError
        If there is not enough memory.
    """
    if path.stat().st_size and not _is_gzip(path):
        raise ValueError(
            f"{path} is not a gzip file, as the book's pickle is: for other formats, its name must "
            f"end in .npz, .csv or .csv.gz, or be that of one of MNIST's four files."
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
    """Return how many bytes `unzipped` can read at most, from the size of the file alone."""
    return path.stat().st_size * (DEFLATE if _is_gzip(path) else 1)


def _is_gzip(path: Path) -> bool:
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"
