"""The filters of a convolutional layer."""

import math
from typing import Any

from network3.plots.panels import draw, figure, grid, mosaic, rows_for
from network3.plots.reading import as_seen, convolutional


def filters(net: Any, layer: int = 0, *, fig: Any = None) -> Any:
    """A panel for each filter, on one scale from the layer's smallest weight to its largest.

    Filters are drawn as they lie on the image, which is w[k, c, ::-1, ::-1]: a net convolves, so it
    turns them by half a turn. Where the layer has several input maps, a panel has the weights for
    each of them, map 0 at the upper left, beside each other.

    Parameters
    ----------
    net : Network
    layer : int
        The number of a convolutional layer.
    fig : matplotlib figure or subfigure, optional
        To draw into; otherwise a new one is made.

    Returns
    -------
    the figure

    Raises
    ------
    ValueError
        For a layer that has no filters.

    Source: "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional networks".
    """
    w = as_seen(convolutional("filters", net, layer).w.get_value())
    count, maps, rows, columns = w.shape
    across = math.ceil(math.sqrt(count))
    fig = figure(fig, 1.4 * across + 1, 1.5 * rows_for(count, across) + 0.6)
    panels = grid(fig, count, across)
    for k, (panel, weights) in enumerate(zip(panels, w, strict=True)):
        drawn = draw(panel, mosaic(weights), w.min(), w.max())
        panel.set_title(str(k), fontsize=8)
    fig.colorbar(drawn, ax=panels, label="weight")
    on = "" if maps == 1 else f" on {maps} maps"
    fig.suptitle(f"Layer {layer}: {count} filters of {rows} x {columns}{on}")
    return fig
