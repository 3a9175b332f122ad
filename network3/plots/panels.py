"""What the pictures have in common: figures, panels of grey levels, and what is drawn in them."""

import math
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

# Of M. Okabe and K. Ito, "Color universal design": colour-blind people tell them apart.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

# Between the parts of a mosaic, where there is no number: neither white nor black.
GREYS = matplotlib.colormaps["binary"].with_extremes(bad="#56B4E9")


def figure(fig: Any, width: float, height: float) -> Any:
    """`fig`, or a new figure of so many inches that pyplot knows nothing of."""
    if fig is None:
        return Figure(figsize=(width, height), layout="constrained")
    if not isinstance(fig, FigureBase):
        raise TypeError(f"fig is a {type(fig).__name__}: it must be a matplotlib figure")
    return fig


def axes(ax: Any, width: float, height: float) -> Any:
    """`ax`, or the axes of a new figure of so many inches."""
    if ax is None:
        return figure(None, width, height).subplots()
    if not isinstance(ax, Axes):
        raise TypeError(f"ax is a {type(ax).__name__}: it must be matplotlib axes")
    return ax


def rows_for(n: int, columns: int) -> int:
    """The rows that n panels take."""
    return math.ceil(n / columns)


def grid(fig: Any, n: int, columns: int) -> list[Any]:
    """n panels in rows of so many, without ticks."""
    panels = list(fig.subplots(rows_for(n, columns), columns, squeeze=False).flat)
    for unused in panels[n:]:
        unused.remove()
    for panel in panels[:n]:
        panel.set(xticks=[], yticks=[])
    return panels[:n]


def draw(panel: Any, array: np.ndarray, low: float, high: float) -> Any:
    """`array` (rows, columns) with `low` in white and `high` in black."""
    return panel.imshow(array, cmap=GREYS, vmin=low, vmax=high, interpolation="nearest")


def mosaic(parts: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Parts (n, rows, columns) beside each other in one array, so many in a row, nearly a square by
    default, with a line of nan between two."""
    n, height, width = parts.shape
    columns = columns or math.ceil(math.sqrt(n))
    rows = rows_for(n, columns)
    whole = np.full((rows * (height + 1) - 1, columns * (width + 1) - 1), np.nan)
    for k, part in enumerate(parts):
        y, x = k // columns * (height + 1), k % columns * (width + 1)
        whole[y : y + height, x : x + width] = part
    return whole
