"""What the pictures read from a net."""

import math
from typing import Any

import numpy as np

from network3.layers.layer import as_layer
from network3.plots.panels import mosaic


def convolutional(who: str, net: Any, layer: int) -> Any:
    """The layer of that number, or ValueError where it is not convolutional."""
    if not 0 <= layer < len(net.layers):
        raise ValueError(
            f"{who} got layer = {layer}: the net has layers 0 to {len(net.layers) - 1}"
        )
    found, those = net.layers[layer], with_filters(net)
    if layer not in those:
        raise ValueError(
            f"{who} got layer {layer}, a {type(found).__name__}, which has no filters: "
            + (f"give one of the layers {those}" if those else "the net has no layer with filters")
        )
    return found


def with_filters(net: Any) -> list[int]:
    """The numbers of the layers whose weights are filters."""
    return [k for k, layer in enumerate(map(as_layer, net.layers)) if layer.filter_shape]


def as_seen(w: Any) -> np.ndarray:
    """Filters (filters, maps, rows, columns) as they lie on the image: a net convolves, so that
    w[k, c, r, s] meets the pixel that is r rows and s columns from the END of the field."""
    return np.asarray(w)[:, :, ::-1, ::-1]


def picture(net: Any, image: Any) -> np.ndarray:
    """An image, (pixels,) or (rows, columns), as it is looked at, (rows, columns); several input
    maps stand beside each other."""
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
            f"An image to draw has {array.size} pixels but the net looks at {shape[0]} x "
            f"{shape[1]} x {shape[2]}: give one image of that size"
        )
    return mosaic(array.reshape(shape))
