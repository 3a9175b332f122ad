"""Plot the local receptive fields of neurons on an image."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from network3.checks.numbers import whole_number
from network3.plots.panels import COLOURS, Drawn, axes, draw
from network3.plots.reading import convolutional, picture

LINES = ("-", "--", "-.", ":")


def receptive_fields(
    net: Any,
    image: Any,
    layer: int = 0,
    neurons: Sequence[tuple[int, int]] = ((0, 0), (0, 1)),
    pooled: bool = False,
    *,
    ax: Axes | None = None,
) -> Drawn:
    """Plot an image with a frame around the pixels that each neuron of a feature map depends on.

    Parameters
    ----------
    net, image, ax
        See `network3.plots`.
    layer : int
        The number of a convolutional layer; all layers before it must be convolutional too.
    neurons : list of pairs (row, column)
        By default the first two neurons of the book's figure, whose fields are one pixel apart.
    pooled : bool
        If true, the pairs refer to neurons after pooling, whose fields cover a whole pooling
        window; by default to neurons of the convolution, as in the book's figure.

    Raises
    ------
    ValueError
        If one of the layers has no filters, or a neuron lies outside the feature map.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Local receptive fields".
    """
    last = convolutional("receptive_fields", net, layer)
    layers = [convolutional("receptive_fields", net, k) for k in range(layer)]
    fields = [_field(layers, last, neuron, pooled) for neuron in neurons]
    seen = picture(net, image)
    ax = axes(ax, 5, 5)
    draw(ax, seen, 0, 1)
    for k, (neuron, (top, left, height, width)) in enumerate(zip(neurons, fields, strict=True)):
        frame = Rectangle(
            (left - 0.5, top - 0.5),  # pixel (0, 0) extends from -0.5 to 0.5
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
    """Return (top, left, height, width), in pixels, of the area that a neuron depends on."""
    found = []
    for axis in (0, 1):
        size = last.image_shape[2 + axis] - last.filter_shape[2 + axis] + 1
        if pooled:
            size //= last.poolsize[axis]
        which = f"the {('row', 'column')[axis]} of neuron {tuple(neuron)}"
        start = end = whole_number("receptive_fields", which, neuron[axis], 0, size - 1)
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
    """Return the first and last row (axis 0) or column (axis 1) that are pooled into a range."""
    pool = layer.poolsize[axis]
    return start * pool, end * pool + pool - 1
