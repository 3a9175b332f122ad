"""Compute one number of a feature map, in the steps of the book."""

from typing import Any

import numpy as np

from network3.layers import ConvPoolLayer
from network3.layers.conv_pool import POOLING
from network3.ops import activation


def inside(
    net: Any,
    image: np.ndarray,
    layer: int,
    number: int,
    row: int,
    column: int,
    place: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """Return the steps that lead to one number of a feature map.

    Parameters
    ----------
    net : Network
    image : array (pixels,)
    layer : int
        The number of a ConvPoolLayer.
    number, row, column : int
        The feature map, and the place in it.
    place : (int, int), optional
        Which sum of the pooling window to show, by row and column in it. By default the one that
        won, or in other modes than "max" the one that is farthest from 0.

    Returns
    -------
    dict
        "window", "filter" and "product", arrays (input maps, rows, columns), with the filter as it
        lies on the window; "sum", the sum of the product; "sums", the array of the pooling
        window's sums; "place", that of "sum" in it; "ties", how many sums equal the largest;
        "pool_mode", "pooled", "bias", "weighted" (pooled + bias), "activation" and "output";
        "corner" of the window in the layer's input; and "field": top, left, height and width of the
        part of the image that the pooling window depends on, or None if a layer before has other
        windows.

    Raises
    ------
    IndexError
        If there is no such number.
    TypeError
        If the layer, or a layer's `set_inpt`, is not the book's.
    """
    found = net.layers[layer]
    if not _is_the_books(found):
        raise TypeError(
            f"Layer {layer}, {type(found).__name__}, computes in its own way: only a ConvPoolLayer "
            f"shows its steps"
        )
    output = net.feature_maps(image[None], layer)[0]
    if not all(0 <= k < n for k, n in zip((number, row, column), output.shape, strict=True)):
        raise IndexError(
            f"There is no place {(number, row, column)} in layer {layer}, whose feature maps have "
            f"the shape {output.shape}"
        )
    before = image if layer == 0 else net.feature_maps(image[None], layer - 1)[0]
    maps = np.asarray(before, float).reshape(found.image_shape[1:])
    # In a convolution the filter is flipped.
    w = np.asarray(found.w.get_value()[number], float)[:, ::-1, ::-1]
    height, width = w.shape[1:]
    rows, columns = found.poolsize
    top, left = row * rows, column * columns
    part = maps[:, top : top + rows + height - 1, left : left + columns + width - 1]
    windows = np.lib.stride_tricks.sliding_window_view(part, (height, width), (1, 2))
    sums = np.einsum("cijhw,chw->ij", windows, w)
    largest = sums if found.pool_mode == "max" else abs(sums)
    if place is None:
        place = divmod(int(largest.argmax()), columns)
    window = windows[:, place[0], place[1]]
    bias = float(found.b.get_value()[number])
    pooling = POOLING[found.pool_mode](rows, columns)
    pooled = float(pooling.reference(sums[None, None])[0].item())
    known = activation.of_function(found.activation_fn)
    return {
        "window": window,
        "filter": w,
        "product": window * w,
        "sum": float(sums[place]),
        "sums": sums,
        "place": place,
        "ties": int((sums == sums.max()).sum()),
        "pool_mode": found.pool_mode,
        "pooled": pooled,
        "bias": bias,
        "weighted": pooled + bias,
        "activation": known.name if known else getattr(found.activation_fn, "__name__", "f"),
        "output": float(output[number, row, column]),
        "corner": (top + place[0], left + place[1]),
        "field": _field(net, layer, row, column),
    }


def _field(net, layer, row, column):
    """Return top, left, height and width of the receptive field in the image, or None."""
    top, left, height, width = row, column, 1, 1
    for k in range(layer, -1, -1):
        found = net.layers[k]
        if not _is_the_books(found):
            return None
        _, _, down, across = found.filter_shape
        rows, columns = found.poolsize
        top, height = top * rows, height * rows + down - 1
        left, width = left * columns, width * columns + across - 1
    return top, left, height, width


def _is_the_books(layer):
    return isinstance(layer, ConvPoolLayer) and type(layer).set_inpt is ConvPoolLayer.set_inpt
