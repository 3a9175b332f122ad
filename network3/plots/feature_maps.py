"""The feature maps that an image brings about."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from network3.plots.panels import draw, figure, grid, rows_for
from network3.plots.reading import convolutional, picture, with_filters

ACROSS = 10


def feature_maps(
    net: Any, image: Any, layers: Sequence[int] | None = None, *, fig: Any = None
) -> Any:
    """An image, and under it what the convolutional layers make of it: a panel for each map, on one
    scale for a layer.

    Parameters
    ----------
    net : Network
    image : array (pixels,) or (rows, columns)
        With pixels as in training.
    layers : numbers of convolutional layers, all of them by default
    fig : matplotlib figure, optional
        To draw into; otherwise a new one is made.

    Returns
    -------
    the figure

    Raises
    ------
    TypeError, ValueError
        For what is no image of the net's, and layers that have no maps.

    Source: "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional networks".
    """
    seen = picture(net, image)
    if layers is None:  # where there is no such layer, the sentence about layer 0 says so
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
    panels = grid(block, len(maps), min(ACROSS, len(maps)))
    for number, (panel, values) in enumerate(zip(panels, maps, strict=True)):
        drawn = draw(panel, values, maps.min(), maps.max())
        panel.set_title(str(number), fontsize=8)
    block.colorbar(drawn, ax=panels, label="activation")
    count, rows, columns = maps.shape
    block.suptitle(f"Layer {k}: {count} feature maps of {rows} x {columns}")
