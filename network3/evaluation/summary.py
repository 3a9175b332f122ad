"""A table of a network's layers."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from network3.layers.layer import as_layer, described


@dataclass(frozen=True)
class Row:
    """One layer of a summary.

    Attributes
    ----------
    layer : str
        The name of the class.
    output_shape : tuple
        The shape of the output for one image; None for an unknown size.
    parameters : int
    flop : int or None
        The floating-point operations of the layer's products per image; None if unknown.
    """

    layer: str
    output_shape: tuple[int | None, ...]
    parameters: int
    flop: int | None


class Summary:
    """A summary of a network's layers, printed as a table.

    Attributes
    ----------
    rows : list of Row
    parameters : int
        The number of parameters of all layers.
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
    layer = as_layer(layer)
    parameters = sum(np.asarray(p.get_value(borrow=True)).size for p in layer.params)
    return Row(layer.class_name, layer.output_shape, parameters, _flop(layer))


def _flop(layer):
    try:
        return described(layer, "flop", ("set_inpt",)).flop
    except ValueError:
        return None
