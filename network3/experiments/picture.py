"""Draw the table of runs: the accuracies of each experiment on an axis, the columns beside it.

Needs matplotlib: ``pip install matplotlib``.
"""

from itertools import accumulate
from textwrap import wrap
from typing import Any

from network3.experiments.report import COLUMNS, text
from network3.plots.panels import COLOURS, figure

BOOK, BEST, MEAN = "book, %", "best by the book's rule, %", "mean of the runs, %"


def picture(rows: list[dict[str, Any]]) -> Any:
    """Draw the rows that `report.rows` returns.

    Returns
    -------
    matplotlib.figure.Figure
    """
    fig = figure(None, 17, 0.35 * len(rows) + 1.6)
    accuracies, table = fig.subplots(1, 2, sharey=True, width_ratios=(2, 5))
    _draw(accuracies, rows)
    _write(table, rows)
    return fig


def _draw(panel, rows):
    """Draw the accuracies, with marks that differ in shape and colour."""
    for y, row in enumerate(rows):
        if row[MEAN] is not None:
            panel.errorbar(
                row[MEAN], y, xerr=row["spread, %"], fmt="|", color=COLOURS[6], markersize=10
            )
    for column, mark, colour in ((BEST, "o", COLOURS[0]), (BOOK, "D", COLOURS[1])):
        known = [(row[column], y) for y, row in enumerate(rows) if row[column] is not None]
        if known:
            style = {"marker": mark, "edgecolors": colour, "facecolors": "none"}
            panel.scatter(*zip(*known, strict=True), label=column.partition(",")[0], **style)
    panel.set_yticks(range(len(rows)), [row["experiment"] for row in rows])
    panel.set_ylim(len(rows) - 0.5, -1.5)  # leaves a line for the names of the columns
    panel.set_xlabel("test accuracy (%); bar: mean and spread of the runs")
    panel.grid(alpha=0.3)
    if panel.collections:
        panel.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _write(panel, rows):
    columns = COLUMNS[1:]
    heads = [wrap(column, 12) for column in columns]
    cells = [[text(row[column]) for row in rows] for column in columns]
    widths = [2 + max(map(len, head + column)) for head, column in zip(heads, cells, strict=True)]
    ends = list(accumulate(widths))
    panel.set_xlim(0, ends[-1])
    panel.set_axis_off()
    for x, head, column in zip(ends, heads, cells, strict=True):
        for y, cell in enumerate(["\n".join(head), *column], start=-1):
            panel.text(x, y, cell, ha="right", va="center", fontsize=8)
