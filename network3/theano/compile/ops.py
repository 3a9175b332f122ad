"""theano.compile.ops: operators of Python functions, and of types and shapes."""

from collections.abc import Callable, Sequence
from typing import Any

from pytensor.compile.ops import DeepCopyOp, FromFunctionOp, ViewOp, deep_copy_op, view_op, wrap_py
from pytensor.graph.basic import Variable
from pytensor.tensor.shape import (
    Shape,
    Shape_i,
    SpecifyShape,
    shape,
    shape_i,
    specify_shape,
)

from network3.theano import absent
from network3.theano.tensor.broadcasting import addbroadcast, unbroadcast

__all__ = [
    "DeepCopyOp",
    "FromFunctionOp",
    "Rebroadcast",
    "Shape",
    "Shape_i",
    "SpecifyShape",
    "ViewOp",
    "as_op",
    "deep_copy_op",
    "shape",
    "shape_i",
    "specify_shape",
    "view_op",
]


def as_op(itypes: Any, otypes: Any, infer_shape: Callable | None = None) -> Callable:
    """A decorator: makes an operator of a function of arrays.

    `itypes` and `otypes` are types, or lists of them; `infer_shape(node, shapes)` tells the shapes
    of the outputs from those of the inputs.
    """
    if infer_shape is None:
        return wrap_py(itypes, otypes)
    return wrap_py(itypes, otypes, lambda *arguments: infer_shape(*arguments[-2:]))


class Rebroadcast:
    """`Rebroadcast((0, True), (1, False))(x)`: x, with axes declared broadcastable, or not to be.

    A function that computes it raises where an axis declared broadcastable is not 1 long.
    """

    def __init__(self, *axis: Sequence):
        self.axis = {int(number): bool(broadcastable) for number, broadcastable in axis}

    def __call__(self, x: Variable) -> Variable:
        if self.axis and max(self.axis) >= x.type.ndim:
            raise ValueError(
                f"Rebroadcast got axis {max(self.axis)} for a variable of {x.type.ndim} dimensions"
            )
        no_more = [a for a, on in self.axis.items() if not on and x.type.broadcastable[a]]
        now = [a for a, on in self.axis.items() if on]
        x = unbroadcast(x, *no_more)
        return addbroadcast(x, *now)


__getattr__ = absent.names(__name__)
