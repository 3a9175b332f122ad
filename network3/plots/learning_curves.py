"""Plot cost and accuracies by epoch, for one run or several."""

import math
from collections.abc import Mapping
from typing import Any

from matplotlib.figure import FigureBase
from matplotlib.ticker import MaxNLocator

from network3.plots.panels import COLOURS, Drawn, figure

# Line style and filling of the markers, so that several runs can keep one colour each.
ACCURACIES = {
    "training_accuracy": ("training", ":", "left"),
    "validation_accuracy": ("validation", "-", "full"),
    "test_accuracy": ("test", "--", "none"),
}
MARKERS = "os^Dv*"


def learning_curves(runs: Any, *, fig: FigureBase | None = None) -> Drawn:
    """Plot the cost by epoch on the left, and the accuracies in per cent on the right.

    Runs differ in colour and marker, accuracies in line style and in the filling of the markers;
    the accuracies of a single run differ in colour, too. Epochs count from 0. The test accuracy is
    computed only when the validation accuracy is the best so far: its line has a gap in other
    epochs, and a cross at the bottom marks them.

    Parameters
    ----------
    runs : History, or dict from names to histories
        `SGD` returns a History; `net.history` is the same object.
    fig
        See `network3.plots`.

    Raises
    ------
    TypeError
        If `runs` is neither a History nor a dict of histories.
    ValueError
        If the dict is empty, or a history has no epochs.
    """
    runs = _checked(runs)
    fig = figure(fig, 11.5, 4)
    costs, accuracies = fig.subplots(1, 2)
    for k, (name, history) in enumerate(runs.items()):
        prefix, colour = f"{name}, " if name else "", COLOURS[k % len(COLOURS)]
        mark = {"marker": MARKERS[k % len(MARKERS)], "markersize": 4}
        _curve(costs, history, "cost", 1, label=name or "training", color=colour, **mark)
        for part, (column, (label, line, filling)) in enumerate(ACCURACIES.items()):
            style = {"linestyle": line, "fillstyle": filling, **mark}
            style["color"] = COLOURS[part] if len(runs) == 1 else colour
            _curve(accuracies, history, column, 100, label=prefix + label, **style)
        _mark_untested(accuracies, history, height=0.02 * (k + 1), color=style["color"])
    costs.set(title="Cost while training", ylabel="cost")
    accuracies.set(title="Accuracy", ylabel="images classified correctly (%)")
    for panel in (costs, accuracies):
        panel.set_xlabel("epoch")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(alpha=0.3)
    costs.legend(fontsize=8)
    # Outside: there is no place inside that many curves leave free.
    accuracies.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
    return fig


def _checked(runs):
    """Return {name: history}; the name of a single history is empty."""
    runs = runs if isinstance(runs, Mapping) else {"": runs}
    if not runs:
        raise ValueError("learning_curves got no runs: give it at least one history")
    for name, history in runs.items():
        which = f" called {name!r}" if name else ""
        if not hasattr(history, "rows"):
            raise TypeError(
                f"learning_curves got a {type(history).__name__}{which}: it must be a History, as "
                f"returned by SGD, or a dict from names to histories"
            )
        if not history.rows:
            raise ValueError(
                f"learning_curves got a history{which} without epochs: train the network first"
            )
    return runs


def _curve(panel, history, column, factor, **style):
    values = [row.get(column) for row in history]
    if any(value is not None for value in values):
        values = [math.nan if value is None else factor * value for value in values]
        panel.plot([row["epoch"] for row in history], values, **style)


def _mark_untested(panel, history, height, color):
    """Mark the epochs without a test accuracy, near the lower edge, if other epochs have one."""
    epochs = [row["epoch"] for row in history if row.get("test_accuracy") is None]
    if 0 < len(epochs) < len(history):
        named = "test not computed" in panel.get_legend_handles_labels()[1]
        label = None if named else "test not computed"
        where = {"transform": panel.get_xaxis_transform(), "label": label}
        panel.plot(epochs, [height] * len(epochs), "x", markersize=3, color=color, **where)
