"""Plot the filters of a convolutional layer."""

import math
from typing import Any

import numpy as np
from matplotlib.figure import FigureBase

from network3.plots.panels import Drawn, figure, mosaic, numbered, rows_for
from network3.plots.reading import as_seen, convolutional


def filters(net: Any, layer: int = 0, *, fig: FigureBase | None = None) -> Drawn:
    """Plot each filter in a panel, on one scale from the layer's smallest weight to its largest.

    Filters are drawn as they lie on the image, ``w[k, c, ::-1, ::-1]``, because a convolution
    rotates them by 180 degrees. If the layer has several input maps, a panel shows the weights for
    all of them next to each other, map 0 at the upper left. See `network3.plots` for the
    parameters.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """
    w = as_seen(convolutional("filters", net, layer).w.get_value())
    count, maps, rows, columns = w.shape
    panels = np.array([mosaic(weights) for weights in w])
    across = math.ceil(math.sqrt(count))
    down = 1.2 * panels.shape[1] / panels.shape[2] + 0.3  # inches: a panel and its number
    fig = figure(fig, 1.4 * across + 1, down * rows_for(count, across) + 0.6)
    numbered(fig, panels, across, "weight")
    on = "" if maps == 1 else f" on {maps} maps"
    fig.suptitle(f"Layer {layer}: {count} filters of {rows} x {columns}{on}")
    return fig
