"""theano.compile.ops: operators from Python functions, and operators on types and shapes."""

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
    """Return a decorator that turns a function of arrays into an operator.

    Parameters
    ----------
    itypes, otypes : Type or list of Type
        The types of the inputs and outputs.
    infer_shape : callable, optional
        ``infer_shape(node, shapes)`` returns the shapes of the outputs from those of the inputs.

    Returns
    -------
    callable
    """
    if infer_shape is None:
        return wrap_py(itypes, otypes)
    return wrap_py(itypes, otypes, lambda *arguments: infer_shape(*arguments[-2:]))


class Rebroadcast:
    """Declare axes of a variable as broadcastable or not, as in ``Rebroadcast((0, True))(x)``.

    A compiled function raises an error if an axis that is declared broadcastable does not have
    length 1.

    Parameters
    ----------
    *axis : tuples (int, bool)
        The number of an axis, and whether it is broadcastable.
    """

    def __init__(self, *axis: Sequence):
        self.axis = {int(number): bool(broadcastable) for number, broadcastable in axis}

    def __call__(self, x: Variable) -> Variable:
        if self.axis and max(self.axis) >= x.type.ndim:
            raise ValueError(
                f"Rebroadcast got axis {max(self.axis)} for a variable of {x.type.ndim} dimensions:"
                f" axes must be less than {x.type.ndim}"
            )
        no_more = [a for a, on in self.axis.items() if not on and x.type.broadcastable[a]]
        now = [a for a, on in self.axis.items() if on]
        x = unbroadcast(x, *no_more)
        return addbroadcast(x, *now)


__getattr__ = absent.names(__name__)
