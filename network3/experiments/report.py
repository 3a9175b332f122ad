"""What runs gave, beside the book's figures."""

import csv
import json
import statistics
from pathlib import Path
from typing import Any

from network3.experiments.catalogue import EXPERIMENTS
from network3.experiments.run import DONE, HISTORY, RUN
from network3.training.history import History

COLUMNS = (
    "experiment",
    "book, %",
    "best by the book's rule, %",
    "mean of the runs, %",
    "spread, %",
    "runs",
    "epochs",
    "seconds for an epoch",
    "backend",
    "machine",
    "version",
)


def rows(folder: Path) -> list[dict[str, Any]]:
    """A row for each experiment that has runs under a folder, {column: what stands there}.

    The accuracy of a run is the one on the test images after its best epoch by validation accuracy
    (the last of equal ones). "best by the book's rule" is that of the run with the best validation
    accuracy. Runs that are not done stand with the epochs that they have.

    Raises
    ------
    ValueError
        Where there are no runs.
    """
    groups: dict[Path, list[Path]] = {}
    for file in sorted(folder.glob(f"*/*/{RUN}")):
        groups.setdefault(file.parent.parent, []).append(file.parent)
    if not groups:
        raise ValueError(f"{folder} has no runs: network3 experiments run ... --out makes some")
    found = [_row(group, runs) for group, runs in groups.items()]
    order = list(EXPERIMENTS)
    return sorted(found, key=lambda row: order.index(row["experiment"].partition(",")[0]))


def _row(group, runs):
    settings = json.loads((runs[0] / RUN).read_text())
    experiment = EXPERIMENTS[settings["experiment"]]
    wanted = settings.get("epochs", experiment.epochs)
    histories = [_history(run) for run in runs]
    begun = [history for history in histories if history.best is not None]
    made = next((json.loads((r / DONE).read_text()) for r in runs if (r / DONE).exists()), {})
    best = [history.rows[history.best] for history in begun]
    tests = [100 * row["test_accuracy"] for row in best]
    of_all = max(best, key=lambda row: row["validation_accuracy"], default=None)
    seconds = [second for history in begun for second in history["seconds"]]
    done = sum(len(history) >= wanted for history in histories)
    far = " ".join(f"{len(history)}/{wanted}" for history in histories)
    return {
        "experiment": group.name,
        "book, %": experiment.book,
        "best by the book's rule, %": of_all and 100 * of_all["test_accuracy"],
        "mean of the runs, %": statistics.mean(tests) if tests else None,
        "spread, %": statistics.stdev(tests) if len(tests) > 1 else None,
        "runs": done if done == len(runs) else f"{done} of {len(runs)}",
        "epochs": wanted if done == len(runs) else far,
        "seconds for an epoch": statistics.median(seconds) if seconds else None,
        "backend": made.get("backend"),
        "machine": made.get("machine"),
        "version": made.get("network3"),
    }


def _history(run):
    path = run / HISTORY
    return History.from_dict(json.loads(path.read_text())) if path.exists() else History()


def markdown(found: list[dict[str, Any]]) -> str:
    """The rows as a table in Markdown."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS)]
    lines += [" | ".join(_text(row[column]) for column in COLUMNS) for row in found]
    return "\n".join(f"| {line} |" for line in lines) + "\n"


def write_csv(found: list[dict[str, Any]], path: Path) -> None:
    """Writes the rows, with all digits."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)


def _text(entry):
    if entry is None:
        return ""
    return f"{entry:.2f}" if isinstance(entry, float) else str(entry)
