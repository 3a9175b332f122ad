"""Draw a network as SVG: its layers to scale, with shapes, parameters and FLOP."""

import math
from html import escape
from typing import Any

from network3.evaluation.summary import Row
from network3.layers.layer import as_layer

TALLEST = 112  # pixels of the drawing; the side of an image
DEEPEST = 56  # pixels by which the last map of a stack is shifted
LARGEST = 8  # pixels; the side of a unit
WIDEST = 280  # pixels; wider layers make the whole drawing smaller
MOST = 20  # sheets of a stack that are drawn
GRID_FROM = 2.5  # pixels of a unit; smaller ones are not outlined
LETTER, LINE, GAP = 6.6, 16, 36  # pixels: mean width of a letter, height of a line, between layers

STYLE = "font: 12px system-ui, sans-serif; max-width: 100%; height: auto"
# A file has its own colours, because it does not inherit those of the page that shows it.
COLOURS = (
    "svg{color:#1a1a1a;background:#fff}"
    "@media screen and (prefers-color-scheme:dark){svg{color:#e6e6e6;background:#16181d}}"
)


class Diagram:
    """A drawing of a network, which a notebook shows.

    Every number that a layer computes for one image is a square of the same size. Feature maps
    are sheets of a stack; the outputs of other layers fill columns. The window on a map is the
    part that one filter of the next layer covers.

    Attributes
    ----------
    svg : str
        The drawing as the content of an SVG file, with light or dark colours as the screen asks.
    """

    def __init__(self, net: Any) -> None:
        layers = [as_layer(layer) for layer in net.layers]
        rows = net.summary().rows
        self._label = str(net.summary())
        first = layers[0]
        inputs = first.input_shape or net.x.type.shape[1:]
        self._parts = [
            _Part(inputs, ("input", _shape(inputs)), None),
            *(_Part(row.output_shape, _texts(row), x) for row, x in zip(rows, layers, strict=True)),
        ]
        flop = sum(row.flop or 0 for row in rows)
        least = "at least " if any(row.flop is None for row in rows) else ""
        parameters = sum(row.parameters for row in rows)
        self._total = f"{parameters:,} parameters, {least}{flop:,} FLOP per image"

    @property
    def svg(self) -> str:
        return self._drawn(f"<style>{COLOURS}</style>")

    def _repr_html_(self) -> str:
        """Return the drawing for a notebook, in the colour of its text."""
        return self._drawn("")

    def _drawn(self, style):
        maps = [part.maps for part in self._parts if part.maps]
        side = max((max(rows, columns) for _, rows, columns in maps), default=0)
        side = side or max(1, math.isqrt(max(part.size for part in self._parts)))
        widest = max(part.columns(side) for part in self._parts)
        unit = min(TALLEST / side, WIDEST / widest, LARGEST)
        shift = min(3.0, DEEPEST / max((count for count, *_ in maps), default=1))
        middle = 8 + max(part.extent(side, unit, shift)[1] for part in self._parts) / 2
        below = 2 * middle
        shapes, texts, left, before = [], [], 8.0, None
        for part in self._parts:
            width, height = part.extent(side, unit, shift)
            column = max(width, LETTER * max(map(len, part.texts)))
            x, y = left + (column - width) / 2, middle - height / 2
            front = part.draw(shapes, x, y, side, unit, shift)
            if before and part.window:
                shapes.append(_window(part.window, before, front, unit))
            for number, text in enumerate(part.texts):
                weight = ' font-weight="600"' if number == 0 else ""
                texts.append(
                    f'<text x="{left + column / 2:.1f}" y="{below + LINE * (number + 1):.1f}" '
                    f'text-anchor="middle"{weight}>{escape(text)}</text>'
                )
            before = front if part.maps else None
            left += column + GAP
        width = max(left - GAP + 8, LETTER * len(self._total) + 16)
        height = below + LINE * (max(len(part.texts) for part in self._parts) + 2)
        texts.append(f'<text x="8" y="{height - 6:.1f}">{escape(self._total)}</text>')
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" style="{STYLE}" role="img">'
            f"<title>{escape(self._label)}</title>{style}"
            f'<g fill="none" stroke="currentColor" stroke-width="0.8">{"".join(shapes)}</g>'
            f'<g fill="currentColor">{"".join(texts)}</g></svg>\n'
        )


class _Part:
    """The input or the output of a layer: its shape and the lines of text below it."""

    def __init__(self, shape, texts, layer):
        self.texts = texts
        known = None not in shape and len(shape) > 0
        self.maps = shape if known and len(shape) == 3 else None
        self.size = math.prod(shape) if known else 0
        filters = layer.filter_shape if layer is not None else None
        self.window = filters[2:] if filters and len(filters) == 4 else None

    def columns(self, side):
        """Return the width in units."""
        return self.maps[2] if self.maps else max(1, math.ceil(self.size / side))

    def extent(self, side, unit, shift):
        """Return width and height in pixels."""
        if self.maps:
            count, rows, columns = self.maps
            return columns * unit + shift * (count - 1), rows * unit + shift * (count - 1)
        if not self.size:
            return 40, 40
        return self.columns(side) * unit, min(self.size, side) * unit

    def draw(self, shapes, x, y, side, unit, shift):
        """Append the shapes; return the place and the size of the front sheet."""
        width, height = self.extent(side, unit, shift)
        if not self.maps:
            dashes = "" if self.size else ' stroke-dasharray="4 3"'
            shapes.append(_rectangle(x, y, width, height, f' fill="currentColor" {FAINT}{dashes}'))
            if self.size and unit >= GRID_FROM and self.size > 1:
                shapes.append(_grid(x, y, self.size, min(self.size, side), unit))
            return x, y, width, height
        count, rows, columns = self.maps
        width, height, depth = columns * unit, rows * unit, shift * (count - 1)
        sheets = min(count, MOST)
        step = depth / (sheets - 1) if sheets > 1 else 0
        for k in range(sheets - 1, 0, -1):  # of the others only the edges above and to the right
            at = f"M{x + k * step:.1f} {y + depth - k * step + step:.1f}v{-step:.1f}"
            path = f"{at}h{width:.1f}v{height:.1f}h{-step:.1f}"
            shapes.append(f'<path d="{path}"/>')
        shapes.append(_rectangle(x, y + depth, width, height, SHEET))
        return x, y + depth, width, height


FAINT = 'fill-opacity="0.12"'
SHEET = ' fill="currentColor" fill-opacity="0.07"'


def _rectangle(x, y, width, height, more=""):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"{more}/>'


def _grid(x, y, size, rows, unit):
    """Return the lines between the units, which fill columns from top to bottom."""
    columns = math.ceil(size / rows)
    height, width = rows * unit, columns * unit
    down = "".join(f"M{x + k * unit:.1f} {y:.1f}v{height:.1f}" for k in range(1, columns))
    across = "".join(f"M{x:.1f} {y + k * unit:.1f}h{width:.1f}" for k in range(1, rows))
    return f'<path d="{down}{across}" stroke-width="0.3"/>'


def _window(window, before, after, unit):
    """Return a filter's window on the maps before, and lines to the number it contributes to."""
    x, y, width, height = before
    rows, columns = min(window[0] * unit, height), min(window[1] * unit, width)
    x, y = x + (width - columns) / 2, y + (height - rows) / 2
    to_x, to_y, to_width, to_height = after
    to_x, to_y = to_x + to_width / 2, to_y + to_height / 2
    lines = "".join(
        f"M{x + columns:.1f} {y + down:.1f}L{to_x:.1f} {to_y:.1f}" for down in (0, rows)
    )
    return _rectangle(x, y, columns, rows, WINDOW) + f'<path d="{lines}" stroke="#D55E00"/>'


WINDOW = ' stroke="#D55E00" stroke-width="1.5" fill="#D55E00" fill-opacity="0.2"'


def _texts(row: Row) -> tuple[str, ...]:
    flop = "FLOP unknown" if row.flop is None else f"{row.flop:,} FLOP"
    return row.layer, _shape(row.output_shape), f"{row.parameters:,} parameters", flop


def _shape(shape):
    return " x ".join("?" if n is None else str(n) for n in shape) or "?"
