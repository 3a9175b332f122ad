"""Tabulate the results of runs beside the book's."""

import csv
import io
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from network3.data import files
from network3.experiments.conv import plurality
from network3.experiments.run import DONE, HISTORY, RUN, read_json
from network3.nets.catalogue import EXPERIMENTS
from network3.training.history import History

PREDICTIONS = "predictions.npz"
COLUMNS = (
    "experiment",
    "book, %",
    "best by the book's rule, %",
    "mean of the runs, %",
    "spread, %",
    "vote of the runs, %",
    "errors of the vote",
    "runs",
    "epochs",
    "seconds for an epoch",
    "hours in all",
    "backend",
    "machine",
    "version",
)


def rows(*folders: Path) -> list[dict[str, Any]]:
    """Return a row, {column: entry}, for each experiment with runs under one of the folders.

    The accuracy of a run is its test accuracy after the epoch with the best validation accuracy
    (the last of equal ones). "best by the book's rule" is the accuracy of the run with the best
    validation accuracy; "spread" is the standard deviation over the runs. If at least two runs are
    done, they vote as in `conv.plurality`. Unfinished runs count with the epochs that they have.
    Seconds and hours are those of training, without evaluation.

    Raises
    ------
    ValueError
        If a folder has no runs, or the files of one are damaged.
    """
    found = []
    for folder in folders:
        groups: dict[Path, list[Path]] = {}
        for file in sorted(folder.glob(f"*/*/{RUN}")):
            groups.setdefault(file.parent.parent, []).append(file.parent)
        if not groups:
            raise ValueError(f"{folder} has no runs: start some with network3 experiments run")
        found += [_row(group, runs) for group, runs in groups.items()]
    order = list(EXPERIMENTS)
    return sorted(found, key=lambda row: order.index(row["experiment"].partition(",")[0]))


def _row(group, runs):
    settings = read_json(runs[0] / RUN)
    experiment = EXPERIMENTS[settings["experiment"]]
    wanted = settings.get("epochs", experiment.epochs)
    histories = [_history(run) for run in runs]
    begun = [history for history in histories if history.best is not None]
    done = [run for run in runs if (run / DONE).exists()]
    made = read_json(done[0] / DONE) if done else {}
    best = [history.rows[history.best] for history in begun]
    tests = [100 * row["test_accuracy"] for row in best]
    of_all = max(best, key=lambda row: row["validation_accuracy"], default=None)
    seconds = [second for history in begun for second in history["seconds"]]
    far = " ".join(f"{len(history)}/{wanted}" for history in histories)
    accuracy, errors = _vote(done)
    return {
        "experiment": group.name,
        "book, %": experiment.book,
        "best by the book's rule, %": of_all and 100 * of_all["test_accuracy"],
        "mean of the runs, %": statistics.mean(tests) if tests else None,
        "spread, %": statistics.stdev(tests) if len(tests) > 1 else None,
        "vote of the runs, %": accuracy,
        "errors of the vote": errors,
        "runs": len(runs) if len(done) == len(runs) else f"{len(done)} of {len(runs)}",
        "epochs": wanted if len(done) == len(runs) else far,
        "seconds for an epoch": statistics.median(seconds) if seconds else None,
        "hours in all": sum(seconds) / 3600 if seconds else None,
        "backend": made.get("backend"),
        "machine": made.get("machine"),
        "version": made.get("network3"),
    }


def _vote(runs):
    """Return the accuracy of the runs' vote in percent, and the number of its errors."""
    if len(runs) < 2:
        return None, None
    predictions = []
    for run in runs:
        with np.load(run / PREDICTIONS) as file:
            predictions.append(file["predicted"].tolist())
            labels = file["labels"]  # of the test images, the same in all runs
    errors = int(np.sum(plurality(predictions) != labels))
    return 100 * (1 - errors / len(labels)), errors


def _history(run):
    path = run / HISTORY
    return History.from_dict(read_json(path)) if path.exists() else History()


def markdown(found: list[dict[str, Any]], columns: Sequence[str] = COLUMNS) -> str:
    """Return the rows as a Markdown table."""
    lines = [" | ".join(columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(text(row[column]) for column in columns) for row in found]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def write_csv(found: list[dict[str, Any]], path: Path) -> None:
    """Write the rows to a CSV file, with all digits."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    files.replace(path, table.getvalue().encode())


def text(entry: Any) -> str:
    """Return an entry of a row as text, rounded to two decimals."""
    if entry is None:
        return ""
    return f"{entry:.2f}" if isinstance(entry, float) else str(entry)
