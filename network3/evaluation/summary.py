"""A table of a network's layers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from network3.layers.layer import as_layer, described


@dataclass(frozen=True)
class Row:
    """A layer: its class, the shape of its output for one image, its number of parameters, and the
    floating-point operations of its products for one image, None if the layer does not say."""

    layer: str
    output_shape: tuple[int | None, ...]
    parameters: int
    flop: int | None


class Summary:
    """What `print` shows as a table.

    Attributes
    ----------
    rows : list of Row
    parameters : int
        Of all layers.
    """

    def __init__(self, net: Any) -> None:
        self.rows: list[Row] = [_row(layer) for layer in net.layers]
        self.parameters = sum(row.parameters for row in self.rows)

    def __str__(self) -> str:
        lines = [("layer", "output shape", "parameters", "FLOP per image")]
        for row in self.rows:
            shape = " x ".join("?" if n is None else str(n) for n in row.output_shape) or "?"
            flop = "?" if row.flop is None else f"{row.flop:,}"
            lines.append((row.layer, shape, f"{row.parameters:,}", flop))
        total = sum(row.flop or 0 for row in self.rows)
        lines.append(("all", "", f"{self.parameters:,}", f"{total:,}"))
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}"
            for a, b, c, d in lines
        )

    __repr__ = __str__


def _row(layer):
    shape = layer.output.type.shape[1:] if hasattr(layer, "output") else ()
    parameters = sum(np.asarray(p.get_value(borrow=True)).size for p in layer.params)
    return Row(type(layer).__name__, shape, parameters, _flop(as_layer(layer)))


def _flop(layer):
    try:
        return described(layer, "flop", ("set_inpt",)).flop
    except ValueError:
        return None
