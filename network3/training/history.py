"""The results of every epoch of a training."""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from network3.data import files

COLUMNS = (
    "epoch",
    "cost",
    "training_accuracy",
    "validation_accuracy",
    "test_accuracy",
    "seconds",
    "images_per_second",
    "eta",
    "lmbda",
)


class History:
    """A table with a row for each epoch.

    ``history["cost"]`` is a column, and iterating gives the rows. The columns are

    - epoch, counted from 0;
    - cost: the mean over the mini-batches, computed during training;
    - training_accuracy, validation_accuracy, test_accuracy: in [0, 1], or None if not computed;
    - seconds, images_per_second: without evaluation;
    - eta, lmbda: the rates of the epoch;
    - columns that callbacks add.

    Attributes
    ----------
    rows : list of dicts {column: number or None}
        Values that callbacks add may be arrays, or anything that JSON can store. Arrays become
        lists in files.
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __contains__(self, column: object) -> bool:
        """Return true if there is a column of this name."""
        return column in self.columns

    def __getitem__(self, column: str) -> list[Any]:
        """Return a column: a list with a number for each epoch, or None if it has none."""
        if column not in self.columns:
            raise KeyError(f"{column!r}: a history has the columns {', '.join(self.columns)}")
        return [row.get(column) for row in self.rows]

    def __repr__(self) -> str:
        if self.best is None:
            return "<History: no epochs>"
        best = self.rows[self.best]
        return (
            f"<History: {len(self)} epochs, best validation accuracy "
            f"{best['validation_accuracy']:.2%} after epoch {best['epoch']}>"
        )

    @property
    def columns(self) -> list[str]:
        """The names of all columns."""
        return list(dict.fromkeys((*COLUMNS, *(name for row in self.rows for name in row))))

    @property
    def best(self) -> int | None:
        """The number of the row with the best validation accuracy; None without epochs.

        Of several equal ones it is the last, as in the book.
        """
        accuracies = self["validation_accuracy"]
        if not accuracies:
            return None
        return max(range(len(accuracies)), key=lambda k: (accuracies[k], k))

    @property
    def epochs_without_improvement(self) -> int:
        """The number of epochs since the best validation accuracy was first reached."""
        accuracies = self["validation_accuracy"]
        if not accuracies:
            return 0
        return len(accuracies) - 1 - accuracies.index(max(accuracies))

    def append(self, **row: Any) -> None:
        """Append a row, for an epoch."""
        self.rows.append(row)

    def to_dict(self) -> dict[str, list[Any]]:
        """Return {column: list with an entry for each epoch}, with arrays as lists."""
        return {
            column: [x.tolist() if isinstance(x, np.ndarray) else x for x in self[column]]
            for column in self.columns
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the columns as a JSON object, and write it to `path` if that is given."""
        # A callback may have added NumPy scalars.
        text = json.dumps(self.to_dict(), indent=1, default=np.generic.item)
        if path is not None:
            files.replace(path, (text + "\n").encode())
        return text

    def to_csv(self, path: str | Path) -> None:
        """Write a line with the names of the columns, and a line for each epoch."""
        table = io.StringIO()
        writer = csv.DictWriter(table, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        files.replace(path, table.getvalue().encode())

    @classmethod
    def from_csv(cls, path: str | Path) -> "History":
        """Read a history that `to_csv` wrote; entries that are not numbers stay text.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it holds no history.
        """
        with _explained(path):
            text = io.StringIO(Path(path).read_text("utf-8"), newline="")
            header, *lines = [*csv.reader(text)] or [[]]
            if "validation_accuracy" not in header:
                raise ValueError("it has no column validation_accuracy")
            columns = {name: [_entry(line[k]) for line in lines] for k, name in enumerate(header)}
            return cls.from_dict(columns)

    @classmethod
    def from_json(cls, path: str | Path) -> "History":
        """Read a history that `to_json`, or ``network3 train --json``, wrote.

        Raises
        ------
        OSError
            If the file cannot be read.
        ValueError
            If it holds no history.
        """
        with _explained(path):
            found = json.loads(Path(path).read_text("utf-8"))
            is_inside = isinstance(found, dict) and isinstance(found.get("history"), dict)
            return cls.from_dict(found["history"] if is_inside else found)

    @classmethod
    def from_dict(cls, columns: Mapping[str, list[Any]]) -> "History":
        """Build a history from the result of `to_dict`.

        Raises
        ------
        ValueError
            If `columns` is not such a result.
        """
        if not isinstance(columns, Mapping) or not all(
            isinstance(column, list) for column in columns.values()
        ):
            raise ValueError("A history must be {column: list with an entry for each epoch}")
        lengths = {len(column) for column in columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"A history has columns of different lengths: {sorted(lengths)}")
        history = cls()
        history.rows = [
            dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)
        ]
        if not all(
            isinstance(row.get("epoch"), int) and is_finite(row.get("validation_accuracy"))
            for row in history
        ):
            raise ValueError(
                "A history must have the number and a finite validation accuracy of every epoch"
            )
        return history


@contextlib.contextmanager
def _explained(path):
    try:
        yield
    except (ValueError, IndexError, RecursionError, csv.Error) as error:
        why = "it is not a text" if isinstance(error, UnicodeDecodeError) else error
        raise ValueError(f"{path} holds no history of a training: {why}") from error


def _entry(text):
    """Return an entry of a table as a number, None if it is empty, or else as text."""
    if not text:
        return None
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def is_finite(value: Any) -> bool:
    """Return true if a value from a file is a number that a float can hold."""
    # math.isfinite fails for whole numbers that no float can hold.
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max
