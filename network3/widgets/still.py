"""Draw what widgets show as pictures, for pages that have no kernel."""

import io
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import Rectangle

from network3.plots.learning_curves import learning_curves
from network3.plots.panels import COLOURS, draw, figure, mosaic

SIGNED = LinearSegmentedColormap.from_list("signed", [COLOURS[1], "white", COLOURS[0]])
WRITTEN = 3  # input maps; with more of them, the steps show colours without numbers


def looking(shown: dict, pixels: bytes, chosen: list, steps: dict, text: str) -> bytes:
    """Return a PNG file; the parameters are the traits of `LookInside`, and its text as title."""
    rows = [2.6] * len(shown["nets"]) + [2.4] * ("output" in steps)
    fig = figure(None, 9, 0.4 + sum(rows))
    fig.suptitle(text, fontsize=10)
    parts = _parts(shown, pixels)
    blocks = fig.subfigures(len(rows), 1, height_ratios=rows, squeeze=False).flat if rows else []
    most = max((len(net["layers"]) for net in shown["nets"]), default=0)
    widths = [1.2, 1.4, *[2.2] * max(most, 1)]
    for k, (net, block) in enumerate(zip(shown["nets"], blocks, strict=False)):
        seen, bars, *panels = block.subplots(1, len(widths), width_ratios=widths)
        if k == 0:
            _image(seen, next(parts), steps)
        else:
            seen.set_axis_off()
        _bars(bars, net["output"], net["name"])
        for unused in panels[len(net["layers"]) :]:
            unused.set_axis_off()
        for layer, panel in zip(net["layers"], panels, strict=False):
            draw(panel, mosaic(next(parts)), 0, 255)
            count, height, width = layer["shape"]
            panel.set(xticks=[], yticks=[])
            maps = "map" if count == 1 else "maps"
            title = f"layer {layer['layer']}: {count} {maps} of {height} x {width}"
            panel.set_title(title, fontsize=8)
    if "output" in steps:
        _steps(blocks[-1], chosen, steps)
    return _png(fig)


def training(history: Any, filters: np.ndarray | None) -> bytes:
    """Return a PNG file of a training that has epochs, and of filters (n, rows, columns)."""
    heights = [4.0] if filters is None else [4.0, 1.0]  # inches
    fig = figure(None, 11.5, sum(heights))
    blocks = fig.subfigures(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    learning_curves(history, fig=blocks[0])
    if filters is not None:
        panel = blocks[1].subplots()
        panel.set(xticks=[], yticks=[], title="Filters of the first layer")
        draw(panel, mosaic(filters, 20), filters.min(), filters.max())
    return _png(fig)


def _png(fig):
    file = io.BytesIO()
    fig.savefig(file, format="png", dpi=90)
    return file.getvalue()


def _parts(shown, pixels):
    """Yield the image and the feature maps, as floats (maps, rows, columns) from 0 to 255."""
    at = 0
    parts = [shown["image"], *(layer for net in shown["nets"] for layer in net["layers"])]
    for part in parts if shown["image"] else []:
        size = np.prod(part["shape"])
        yield np.frombuffer(pixels, np.uint8, size, at).reshape(part["shape"]).astype(float)
        at += size


def _image(panel, image, steps):
    panel.set(xticks=[], yticks=[])
    if len(image) == 3:
        panel.imshow(image.transpose(1, 2, 0) / 255)
    else:
        draw(panel, mosaic(image), 0, 255)
    if steps.get("field"):
        top, left, height, width = steps["field"]
        frame = Rectangle((left - 0.5, top - 0.5), width, height, fill=False, color=COLOURS[1])
        panel.add_patch(frame)


def _bars(panel, output, name):
    best = int(np.argmax(output))
    drawn = panel.barh(range(len(output)), output, color=COLOURS[0])
    drawn[best].set_color(COLOURS[1])
    panel.set(xlim=(0, 1), xticks=[])
    panel.invert_yaxis()
    if len(output) <= 20:
        panel.set_yticks(range(len(output)))
    panel.tick_params(labelsize=8)
    panel.spines[["top", "right", "bottom"]].set_visible(False)
    panel.set_title(f"{name}: {best}", fontsize=8)


def _steps(block, chosen, steps):
    _, layer, number, row, column, *_ = chosen
    *panels, sums, text = block.subplots(1, 5, width_ratios=[1, 1, 1, 0.7, 1.3])
    for panel, what in zip(panels, ("window", "filter", "product"), strict=True):
        array = np.array(steps[what])
        _table(panel, mosaic(array), what, len(array) <= WRITTEN)
    _table(sums, np.array(steps["sums"]), "sums to be pooled", True)
    y, x = steps["place"]
    sums.add_patch(Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, fill=False, linewidth=2))
    text.set_axis_off()
    lines = [
        f"layer {layer}, map {number}, row {row}, column {column}",
        f"sum of the product: {steps['sum']:z.2f}",
        f"pooled ({steps['pool_mode']}): {steps['pooled']:z.2f}",
        f"plus the bias {steps['bias']:z.2f}: {steps['weighted']:z.2f}",
        f"{steps['activation']} of it: {steps['output']:z.2f}",
    ]
    text.text(0, 0.5, "\n".join(lines), fontsize=8, va="center", linespacing=1.6)


def _table(panel, numbers, title, written):
    """Draw numbers (rows, columns), blue for positive and orange for negative ones."""
    largest = np.nanmax(np.abs(numbers)) or 1
    panel.imshow(numbers, cmap=SIGNED, vmin=-largest, vmax=largest)
    panel.set(xticks=[], yticks=[])
    panel.set_title(title, fontsize=8)
    for (y, x), number in np.ndenumerate(numbers):
        if written and np.isfinite(number):
            colour = "white" if abs(number) > 0.6 * largest else "black"
            at_centre = {"ha": "center", "va": "center", "fontsize": 6}
            panel.text(x, y, f"{number:z.1f}", color=colour, **at_centre)
