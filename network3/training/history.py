"""What every epoch of a training brought."""

import contextlib
import csv
import io
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from network3.storage import files

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

    Columns: epoch, counted from 0; cost, the mean over the mini-batches while training;
    training_accuracy, validation_accuracy and test_accuracy, in [0, 1], None where not computed;
    seconds and images_per_second, of training alone; eta; lmbda. A callback may add its own.

    Attributes
    ----------
    rows : list of dicts, {column: number or None}; a callback's may be anything that JSON has, or
        arrays, which come back from files as lists
    """

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __contains__(self, column: object) -> bool:
        """Return whether there is a column of this name."""
        return column in self.columns

    def __getitem__(self, column: str) -> list[Any]:
        """A column: a number for each epoch, or None where there is none."""
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
        """The number of the row with the best validation accuracy, by the book's rule the last one
        where several are equal; None without epochs."""
        accuracies = self["validation_accuracy"]
        if not accuracies:
            return None
        return max(range(len(accuracies)), key=lambda k: (accuracies[k], k))

    @property
    def epochs_without_improvement(self) -> int:
        """How many epochs ago the best validation accuracy was reached for the first time."""
        accuracies = self["validation_accuracy"]
        if not accuracies:
            return 0
        return len(accuracies) - 1 - accuracies.index(max(accuracies))

    def append(self, **row: Any) -> None:
        """Adds an epoch."""
        self.rows.append(row)

    def to_dict(self) -> dict[str, list[Any]]:
        """{column: list with an entry for each epoch}, arrays as lists."""
        return {
            column: [x.tolist() if isinstance(x, np.ndarray) else x for x in self[column]]
            for column in self.columns
        }

    def to_json(self, path: str | Path | None = None) -> str:
        """The columns as a JSON object, written to `path` if one is given."""
        # A callback may have added numbers of NumPy's.
        text = json.dumps(self.to_dict(), indent=1, default=np.generic.item)
        if path is not None:
            files.replace(path, (text + "\n").encode())
        return text

    def to_csv(self, path: str | Path) -> None:
        """Writes a line with the names of the columns, and one for each epoch."""
        table = io.StringIO()
        writer = csv.DictWriter(table, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        files.replace(path, table.getvalue().encode())

    @classmethod
    def from_csv(cls, path: str | Path) -> "History":
        """The history that `to_csv` wrote; an entry that is no number stays text.

        Raises
        ------
        ValueError
            For a file that holds no history.
        """
        with _explained(path):
            header, *lines = csv.reader(io.StringIO(Path(path).read_text("utf-8"), newline=""))
            if "validation_accuracy" not in header:
                raise ValueError("it has no column validation_accuracy")
            columns = {name: [_entry(line[k]) for line in lines] for k, name in enumerate(header)}
            return cls.from_dict(columns)

    @classmethod
    def from_json(cls, path: str | Path) -> "History":
        """The history that `to_json`, or `network3 train --json`, wrote.

        Raises
        ------
        ValueError
            For a file that holds no history.
        """
        with _explained(path):
            found = json.loads(Path(path).read_text("utf-8"))
            is_inside = isinstance(found, dict) and isinstance(found.get("history"), dict)
            return cls.from_dict(found["history"] if is_inside else found)

    @classmethod
    def from_dict(cls, columns: Mapping[str, list[Any]]) -> "History":
        """The history that `to_dict` gave `columns` of.

        Raises
        ------
        ValueError
            For what `to_dict` does not give.
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
                "A history must have the number and a validation accuracy of every epoch"
            )
        return history


@contextlib.contextmanager
def _explained(path):
    try:
        yield
    except (ValueError, IndexError, RecursionError, csv.Error) as error:
        raise ValueError(f"{path} holds no history of a training: {error}") from error


def _entry(text):
    """What stands in a table: a number, None where it is empty, or else the text."""
    if not text:
        return None
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return kind(text)
    return text


def is_finite(value: Any) -> bool:
    """Return whether a value from a file is a number that a float can hold."""
    # Not math.isfinite, which fails for whole numbers that no float can hold.
    return isinstance(value, int | float) and abs(value) <= sys.float_info.max
