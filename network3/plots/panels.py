"""What the plots share: figures, panels of grey levels, and mosaics of arrays."""

import math
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

# What a plot returns: the Figure that it made, or the figure or subfigure that it was given.
Drawn = Figure | Any

# M. Okabe and K. Ito, "Color universal design": colour-blind people can tell them apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

# NaN, which separates the parts of a mosaic, is neither white nor black.
GREYS = matplotlib.colormaps["binary"].with_extremes(bad="#56B4E9")


def figure(fig: Any, width: float, height: float) -> Any:
    """Return `fig`, or a new figure of that size in inches, which pyplot does not manage."""
    if fig is None:
        return Figure(figsize=(width, height), layout="constrained")
    if not isinstance(fig, FigureBase):
        raise TypeError(f"fig is a {type(fig).__name__}: it must be a matplotlib figure")
    return fig


def axes(ax: Any, width: float, height: float) -> Any:
    """Return `ax`, or the axes of a new figure of that size in inches."""
    if ax is None:
        return figure(None, width, height).subplots()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax is a {type(ax).__name__}: it must be matplotlib axes")
    return ax


def rows_for(n: int, columns: int) -> int:
    """Return the number of rows of n panels."""
    return math.ceil(n / columns)


def grid(fig: Any, n: int, columns: int) -> list[Any]:
    """Return n panels without ticks, so many in a row."""
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
    """Draw arrays (n, rows, columns) in numbered panels, on one scale, which a colour bar shows."""
    low, high = np.nanmin(arrays), np.nanmax(arrays)
    panels = grid(fig, len(arrays), columns)
    for number, (panel, array) in enumerate(zip(panels, arrays, strict=True)):
        drawn = draw(panel, array, low, high)
        panel.set_title(str(number), fontsize=8)
    fig.colorbar(drawn, ax=panels, label=label)


def mosaic(parts: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Return parts (n, rows, columns) next to each other in one array, with NaN between them.

    `columns` of them stand in a row, by default as many as make it nearly a square.
    """
    n, height, width = parts.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = rows_for(n, columns)
    whole = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for k, part in enumerate(parts):
        y, x = k // columns * (height + 1), k % columns * (width + 1)
        whole[y : y + height, x : x + width] = part
    return whole
