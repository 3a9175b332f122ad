"""Where neurons look: their local receptive fields, on an image."""

from collections.abc import Sequence
from typing import Any

from matplotlib.patches import Rectangle

from network3.plots.panels import COLOURS, axes, draw
from network3.plots.reading import convolutional, picture

LINES = ("-", "--", "-.", ":")


def receptive_fields(
    net: Any,
    image: Any,
    layer: int = 0,
    neurons: Sequence[tuple[int, int]] = ((0, 0), (0, 1)),
    pooled: bool = False,
    *,
    ax: Any = None,
) -> Any:
    """An image with a frame around the pixels that each neuron of a feature map depends on.

    Parameters
    ----------
    net : Network
    image : array (pixels,) or (rows, columns)
    layer : int
        The number of a convolutional layer, with only such layers before it.
    neurons : pairs (row, column)
        By default the first two of the book's figure, whose fields are a pixel apart.
    pooled : bool
        Whether the neurons are those after pooling, which see as much as all that they pool, or
        those of the convolution, as in the book's figure.
    ax : matplotlib axes, optional
        To draw into; otherwise a new figure is made.

    Returns
    -------
    the figure

    Raises
    ------
    TypeError, ValueError
        For what is no image of the net's, layers without filters, and neurons that there are not.

    Source: "Neural Networks and Deep Learning", chapter 6, "Local receptive fields".
    """
    layers = [convolutional("receptive_fields", net, k) for k in range(layer)]
    last = convolutional("receptive_fields", net, layer)
    fields = [_field(layers, last, neuron, pooled) for neuron in neurons]
    seen = picture(net, image)
    ax = axes(ax, 5, 5)
    draw(ax, seen, 0, 1)
    for k, (neuron, (top, left, height, width)) in enumerate(zip(neurons, fields, strict=True)):
        frame = Rectangle(
            (left - 0.5, top - 0.5),  # pixel (0, 0) reaches from -0.5 to 0.5
            width,
            height,
            fill=False,
            edgecolor=COLOURS[k % len(COLOURS)],
            linestyle=LINES[k % len(LINES)],
            linewidth=2,
            label=f"neuron ({neuron[0]}, {neuron[1]}): {height} x {width} pixels",
        )
        ax.add_patch(frame)
    ax.legend(loc="upper right", fontsize=8)
    kind = "pooled neurons" if pooled else "neurons"
    ax.set(title=f"Local receptive fields of {kind} of layer {layer}")
    ax.set(xlabel="column (pixels)", ylabel="row (pixels)")
    return ax.figure


def _field(before, last, neuron, pooled):
    """(top, left, height, width) in pixels of what a neuron depends on."""
    found = []
    for axis in (0, 1):
        size = last.image_shape[2 + axis] - last.filter_shape[2 + axis] + 1
        if pooled:
            size //= last.poolsize[axis]
        if not 0 <= neuron[axis] < size:
            raise ValueError(
                f"receptive_fields got neuron {tuple(neuron)}: its "
                f"{('row', 'column')[axis]} must lie in 0..{size - 1}"
            )
        start = end = neuron[axis]
        if pooled:
            start, end = _before_pooling(last, axis, start, end)
        end += last.filter_shape[2 + axis] - 1
        for layer in reversed(before):
            start, end = _before_pooling(layer, axis, start, end)
            end += layer.filter_shape[2 + axis] - 1
        found.append((start, end - start + 1))
    (top, height), (left, width) = found
    return top, left, height, width


def _before_pooling(layer, axis, start, end):
    """The first and the last row (axis 0) or column (1) that are pooled into some."""
    pool = layer.poolsize[axis]
    return start * pool, end * pool + pool - 1
