"""Functions that read filters and image sizes from a network, for the plots."""

import math
from typing import Any

import numpy as np

from network3.checks.numbers import whole_number
from network3.layers.layer import as_layer
from network3.plots.panels import mosaic


def convolutional(who: str, net: Any, layer: int) -> Any:
    """Return the layer with this number, or raise ValueError if it is not convolutional."""
    layer = whole_number(who, "layer", layer, 0, len(net.layers) - 1)
    found, those = net.layers[layer], with_filters(net)
    if layer not in those:
        fix = f"give one of the layers {those}" if those else "the network has none with filters"
        raise ValueError(
            f"{who} got layer {layer}, a {type(found).__name__}, which has no filters: {fix}"
        )
    return found


def with_filters(net: Any) -> list[int]:
    """Return the numbers of the layers whose weights are filters."""
    return [k for k, layer in enumerate(map(as_layer, net.layers)) if layer.filter_shape]


def as_seen(w: Any) -> np.ndarray:
    """Return filters (filters, maps, rows, columns) as they lie on the image.

    In a convolution ``w[k, c, r, s]`` multiplies the pixel that is r rows and s columns from the
    end of the receptive field.
    """
    return np.asarray(w)[:, :, ::-1, ::-1]


def picture(net: Any, image: Any) -> np.ndarray:
    """Return an image, (pixels,) or (rows, columns), as (rows, columns) to draw.

    If it has several input maps, they are placed next to each other.
    """
    array = np.asarray(image)
    if array.dtype.kind not in "fiub" or not array.size:
        raise TypeError(f"An image to draw is numbers (pixels,) or (rows, columns), not {image!r}")
    shape = as_layer(net.layers[0]).input_shape
    if shape is not None and len(shape) == 3:
        pass
    elif array.ndim == 2:
        shape = (1, *array.shape)
    else:
        side = math.isqrt(array.size)
        shape = (1, side, side)
    if math.prod(shape) != array.size:
        raise ValueError(
            f"An image to draw has {array.size} pixels but the network takes {shape[0]} x "
            f"{shape[1]} x {shape[2]}: give one image of that size"
        )
    return mosaic(array.reshape(shape))
