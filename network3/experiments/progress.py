"""A table of runs and how far they are."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from network3.experiments.runner import Planned


def table(planned: list[Planned], runner: Any) -> Table:
    """A row for each run: its state, epochs, best validation accuracy, and the time left.

    `runner` is the Runner of the runs, or their Cluster.
    """
    rows = Table("run", "state", "epoch", "best validation accuracy", "time left")
    for run in planned:
        history = run.history()
        epochs, accuracies = len(history["epoch"]), history["validation_accuracy"]
        best = f"{max(accuracies):.2%}" if accuracies else ""
        state = state_of(run, runner)
        left = time_left(history["seconds"], run.epochs - epochs) if state == "running" else ""
        rows.add_row(run.name, state, f"{epochs} of {run.epochs}", best, left)
    return rows


def state_of(run: Planned, runner: Any) -> str:
    """ "done", "failed", "running" or "waiting"."""
    if run.is_done():
        return "done"
    if run in runner.failed:
        return "failed"
    return "running" if runner.is_running(run) else "waiting"


def time_left(seconds: Sequence[float], epochs: int) -> str:
    """How long so many epochs take, "HH:MM:SS", evaluation left out, where one is known."""
    if not seconds:
        return ""
    left = round(epochs * sum(seconds) / len(seconds))
    return f"{left // 3600:02}:{left // 60 % 60:02}:{left % 60:02}"
