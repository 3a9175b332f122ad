"""Read CSV files with one image per line: its label, then its pixels."""

import io
import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from network3.data import bounded
from network3.data.explaining import explained
from network3.data.splitting import Pair, in_three, with_validation

LONGEST_LINE = 1 << 20  # characters, enough for a quarter of a million pixels


def read(path: Path) -> list[Pair]:
    """Return three pairs of images (n, pixels), uint8, and labels (n,), int64.

    Each line has a label and the grey levels 0..255 of an image, separated by commas. A first line
    that does not begin with a number is a header. Files may be gzipped.

    If the file's name contains "train", and the same folder has a file named with "test" instead,
    that file is the test data, and the last sixth of the training data becomes the validation data.
    Otherwise the lines are split, in their order, in the ratio 5:1:1.

    Raises
    ------
    OSError
        If a file cannot be read.
    ValueError
        If a file is damaged or holds something else.
    """
    table = _table(path)
    test = path.with_name(path.name.replace("train", "test"))
    if test == path or not test.is_file():
        return in_three(path, table)
    return with_validation(path, table, _table(test))


def _table(path: Path) -> Pair:
    with (
        bounded.unzipped(path) as file,
        io.TextIOWrapper(file, "utf-8-sig") as text,
        warnings.catch_warnings(),
        explained(
            path,
            "a table of images",
            "each line must be a label and grey levels, whole numbers 0..255, separated by commas",
            errors=(ValueError, DeprecationWarning),
        ),
    ):
        warnings.simplefilter("error")  # older NumPys only warn when they read 1.5 as 1
        rows = _rows(_lines(text))
    return rows["pixels"], rows["label"]


def _rows(lines: Iterator[str]) -> np.ndarray:
    first = next(lines, "")
    if not _begins_with_number(first):
        first = next(lines, "")
    pixels = first.count(",")
    if not pixels:
        raise ValueError(f"no numbers separated by commas, but {first[:40]!r}")
    row = np.dtype([("label", np.int64), ("pixels", np.uint8, (pixels,))])
    lines = itertools.chain([first], lines)
    return np.loadtxt(lines, row, comments=None, delimiter=",", ndmin=1)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise ValueError(f"a line of more than {LONGEST_LINE} characters")
        yield line


def _begins_with_number(line: str) -> bool:
    try:
        float(line.split(",")[0])
    except ValueError:
        return False
    return True
