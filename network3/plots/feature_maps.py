"""Plot the feature maps that a network computes for an image."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import FigureBase

from network3.plots.panels import Drawn, draw, figure, grid, numbered, rows_for
from network3.plots.reading import convolutional, picture, with_filters

ACROSS = 10


def feature_maps(
    net: Any, image: Any, layers: Sequence[int] | None = None, *, fig: FigureBase | None = None
) -> Drawn:
    """Plot the feature maps that the network computes for one image, below the image.

    Each map has a panel; the panels of a layer share one scale.

    Parameters
    ----------
    net, image, fig
        See `network3.plots`.
    layers : list of int, optional
        The numbers of convolutional layers; by default all of them.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """
    seen = picture(net, image)
    if layers is None:  # if no layer has filters, layer 0 raises the error
        layers = with_filters(net) or [0]
    for k in layers:
        convolutional("feature_maps", net, k)
    row = np.reshape(image, (1, -1))
    maps = [net.feature_maps(row, k)[0] for k in layers]
    heights = [2.0, *(1.1 * rows_for(len(m), ACROSS) + 0.5 for m in maps)]
    fig = figure(fig, ACROSS + 2, sum(heights))
    top, *blocks = fig.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    (panel,) = grid(top, 1, 1)
    draw(panel, seen, 0, 1)
    panel.set_title(f"Image of {seen.shape[0]} x {seen.shape[1]}")
    for k, layer_maps, block in zip(layers, maps, blocks, strict=True):
        _layer(block, k, layer_maps)
    return fig


def _layer(block, k, maps):
    numbered(block, maps, min(ACROSS, len(maps)), "activation")
    count, rows, columns = maps.shape
    block.suptitle(f"Layer {k}: {count} feature maps of {rows} x {columns}")
