"""Drawing functions that the plots share: figures, grey panels, and mosaics of arrays."""

import math
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

# The result of a plot: the Figure that it created, or the figure or subfigure that it received.
Drawn = Figure | Any

# A palette that colour-blind people can tell apart: M. Okabe and K. Ito, "Color universal design".
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

# NaN separates the parts of a mosaic, so it is drawn neither white nor black.
GREYS = matplotlib.colormaps["binary"].with_extremes(bad="#56B4E9")


def figure(fig: Any, width: float, height: float) -> Any:
    """Return `fig`, or a new figure of this size in inches, which pyplot does not manage."""
    if fig is None:
        return Figure(figsize=(width, height), layout="constrained")
    if not isinstance(fig, FigureBase):
        raise TypeError(f"fig is a {type(fig).__name__}: it must be a matplotlib figure")
    return fig


def axes(ax: Any, width: float, height: float) -> Any:
    """Return `ax`, or the axes of a new figure of this size in inches."""
    if ax is None:
        return figure(None, width, height).subplots()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax is a {type(ax).__name__}: it must be matplotlib axes")
    return ax


def rows_for(n: int, columns: int) -> int:
    """Return the number of rows that n panels need."""
    return math.ceil(n / columns)


def grid(fig: Any, n: int, columns: int) -> list[Any]:
    """Return n panels without ticks, `columns` of them in each row."""
    panels = list(fig.subplots(rows_for(n, columns), columns, squeeze=False).flat)
    for unused in panels[n:]:
        unused.remove()
    for panel in panels[:n]:
        panel.set(xticks=[], yticks=[])
    return panels[:n]


def draw(panel: Any, array: np.ndarray, low: float, high: float) -> Any:
    """Draw `array` (rows, columns) with `low` in white and `high` in black."""
    return panel.imshow(array, cmap=GREYS, vmin=low, vmax=high, interpolation="nearest")


def numbered(fig: Any, arrays: np.ndarray, columns: int, label: str) -> None:
    """Draw arrays (n, rows, columns) in numbered panels on one scale, with a colour bar."""
    low, high = np.nanmin(arrays), np.nanmax(arrays)
    panels = grid(fig, len(arrays), columns)
    for number, (panel, array) in enumerate(zip(panels, arrays, strict=True)):
        drawn = draw(panel, array, low, high)
        panel.set_title(str(number), fontsize=8)
    fig.colorbar(drawn, ax=panels, label=label)


def mosaic(parts: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Return one array with parts (n, rows, columns) next to each other, separated by NaN.

    Each row has `columns` parts, by default about as many as there are rows.
    """
    n, height, width = parts.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = rows_for(n, columns)
    whole = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for k, part in enumerate(parts):
        y, x = k // columns * (height + 1), k % columns * (width + 1)
        whole[y : y + height, x : x + width] = part
    return whole
