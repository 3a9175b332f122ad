"""How cost and accuracies went from epoch to epoch, in one training or in several."""

from collections.abc import Mapping
from typing import Any

from matplotlib.ticker import MaxNLocator

from network3.plots.panels import COLOURS, figure

# The accuracies, each with its line, so that runs keep a colour and need not be told by it alone.
ACCURACIES = {
    "training_accuracy": ("training", ":"),
    "validation_accuracy": ("validation", "-"),
    "test_accuracy": ("test", "--"),
}
MARKERS = "os^Dv*"


def learning_curves(runs: Any, *, fig: Any = None) -> Any:
    """The cost against the epochs on the left, the accuracies in per cent on the right; runs differ
    in colour and mark, accuracies in their lines.

    Epochs count from 0. An accuracy that was not computed in an epoch, as the test accuracy where
    the validation accuracy was not the best so far, has no mark there.

    Parameters
    ----------
    runs : History, or {name: History}
        What `SGD` returns, `net.history`.
    fig : matplotlib figure or subfigure, optional
        To draw into; otherwise a new one is made.

    Returns
    -------
    the figure

    Raises
    ------
    TypeError, ValueError
        For what is no history, and one without epochs.
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
    """{name: history}; the name of a single one is empty."""
    runs = runs if isinstance(runs, Mapping) else {"": runs}
    if not runs:
        raise ValueError("learning_curves got no runs: give it at least one history")
    for name, history in runs.items():
        which = f" called {name!r}" if name else ""
        if not hasattr(history, "rows"):
            raise TypeError(
                f"learning_curves got a {type(history).__name__}{which}: it must be a History, as "
                f"SGD returns it, or a dict of these by name"
            )
        if not history.rows:
            raise ValueError(
                f"learning_curves got a history{which} without epochs: train the net first"
            )
    return runs


def _curve(panel, history, column, factor, **style):
    known = [(row["epoch"], row[column]) for row in history if row.get(column) is not None]
    if known:
        epochs, values = zip(*known, strict=True)
        panel.plot(epochs, [factor * value for value in values], **style)
