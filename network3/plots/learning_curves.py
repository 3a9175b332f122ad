"""Plot cost and accuracies by epoch, for one run or several."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import FigureBase
from matplotlib.ticker import MaxNLocator

from network3.plots.panels import COLOURS, Drawn, figure

# Each accuracy has its own line style, so that a run keeps one colour.
ACCURACIES = {
    "training_accuracy": ("training", ":"),
    "validation_accuracy": ("validation", "-"),
    "test_accuracy": ("test", "--"),
}
MARKERS = "os^Dv*"


def learning_curves(runs: Any, *, fig: FigureBase | None = None) -> Drawn:
    """Plot the cost by epoch on the left, and the accuracies in per cent on the right.

    Runs differ in colour and marker, accuracies in line style. Epochs count from 0. An accuracy
    that was not computed in an epoch has no marker there: the test accuracy is computed only when
    the validation accuracy is the best so far.

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
    fig = figure(fig, 10, 4)
    costs, accuracies = fig.subplots(1, 2)
    for k, (name, history) in enumerate(runs.items()):
        style = {
            "color": COLOURS[k % len(COLOURS)],
            "marker": MARKERS[k % len(MARKERS)],
            "markersize": 4,
        }
        prefix = f"{name}, " if name else ""
        _curve(costs, history, "cost", 1, label=name or "training", **style)
        for column, (part, line) in ACCURACIES.items():
            _curve(accuracies, history, column, 100, label=prefix + part, linestyle=line, **style)
    costs.set(title="Cost while training", ylabel="cost")
    accuracies.set(title="Accuracy", ylabel="images classified correctly (%)")
    for panel in (costs, accuracies):
        panel.set_xlabel("epoch")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(alpha=0.3)
        panel.legend(fontsize=8)
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
    known = [(row["epoch"], row[column]) for row in history if row.get(column) is not None]
    if known:
        epochs, values = zip(*known, strict=True)
        panel.plot(epochs, [factor * value for value in values], **style)
