"""Show the progress of runs: bars on a terminal, otherwise a line for each change of state."""

import sys
import time
from typing import Any

from tqdm import tqdm

from network3.experiments.runner import Planned
from network3.training.progress import is_terminal

ENDED = "{desc}: {n_fmt}/{total_fmt} epochs{postfix} |{bar}|"
RUNNING = ENDED + " {remaining} left"


def watch(planned: list[Planned], runner: Any) -> None:
    """Train the runs, and show their progress on standard error.

    `runner` is the Runner or Cluster of the runs.
    """
    if is_terminal(sys.stderr):
        _draw_bars(planned, runner)
    else:
        _print_lines(planned, runner)


def state_of(run: Planned, runner: Any) -> str:
    """Return the state of a run: "done", "failed", "running" or "waiting"."""
    if run.is_done():
        return "done"
    if run in runner.failed:
        return "failed"
    return "running" if runner.is_running(run) else "waiting"


def _print_lines(planned, runner):
    shown = {}
    for _ in runner.work():
        for run in planned:
            state = state_of(run, runner)
            if state != shown.get(run.name) and state != "waiting":
                print(f"{time.strftime('%H:%M:%S')} {run.name} is {state}", file=sys.stderr)
            shown[run.name] = state


def _draw_bars(planned, runner):
    """Draw a bar for each running run, with the bars of ended runs above them."""
    bars = {}
    try:
        for _ in runner.work():
            for run in planned:
                state = state_of(run, runner)
                if state == "waiting":
                    continue
                if run.name not in bars:
                    bars[run.name] = _bar(run)
                if not bars[run.name].disable:
                    _update(bars[run.name], run, state)
    finally:
        for bar in bars.values():
            _close(bar)


def _bar(run):
    done = len(run.history()["epoch"])
    options = {"dynamic_ncols": True, "leave": False, "file": sys.stderr}
    return tqdm(total=run.epochs, initial=done, bar_format=RUNNING, **options)


def _update(bar, run, state):
    history = run.history()
    accuracies = history["validation_accuracy"]
    bar.n = len(history["epoch"])
    bar.set_description_str(f"{run.name} {state}", refresh=False)
    if accuracies:
        bar.set_postfix_str(f"best validation {max(accuracies):.2%}", refresh=False)
    if state == "running":
        bar.refresh()
    else:
        bar.bar_format = ENDED
        _close(bar)


def _close(bar):
    """Print a bar for the last time, above the others."""
    if bar.disable:
        return
    bar.clear()  # close() leaves the cursor at the end of a bar that is not the first
    bar.close()
    tqdm.write(str(bar), file=sys.stderr)
