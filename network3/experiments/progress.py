"""A table of runs and how far they are."""

import time
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
        left = _time(history["seconds"], run.epochs - epochs) if state == "running" else ""
        rows.add_row(run.name, state, f"{epochs} of {run.epochs}", best, left)
    return rows


def state_of(run: Planned, runner: Any) -> str:
    """ "done", "failed", "running" or "waiting"."""
    if run.is_done():
        return "done"
    if run in runner.failed:
        return "failed"
    return "running" if runner.is_running(run) else "waiting"


def _time(seconds, epochs):
    """How long so many epochs take, evaluation left out, where one is known."""
    if not seconds:
        return ""
    return time.strftime("%H:%M:%S", time.gmtime(epochs * sum(seconds) / len(seconds)))
