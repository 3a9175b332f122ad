"""What the pictures read from a net."""

import math
from typing import Any

import numpy as np

from network3.plots.panels import mosaic


def convolutional(who: str, net: Any, layer: int) -> Any:
    """The layer of that number, or ValueError where it is not convolutional."""
    if not 0 <= layer < len(net.layers):
        raise ValueError(
            f"{who} got layer = {layer}: the net has layers 0 to {len(net.layers) - 1}"
        )
    found = net.layers[layer]
    if not hasattr(found, "filter_shape"):
        those = [k for k, other in enumerate(net.layers) if hasattr(other, "filter_shape")]
        raise ValueError(
            f"{who} got layer {layer}, a {type(found).__name__}, which has no filters: "
            + (f"give one of the layers {those}" if those else "the net has no layer with filters")
        )
    return found


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
    first = net.layers[0]
    if hasattr(first, "image_shape"):
        shape = first.image_shape[1:]
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
