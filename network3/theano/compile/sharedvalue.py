"""theano.compile.sharedvalue: variables that keep a value between calls."""

from collections.abc import Sequence
from typing import Any

import pytensor
from pytensor.compile.sharedvalue import SharedVariable, shared_constructor
from pytensor.graph.basic import Variable
from pytensor.link.c.type import generic
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import DEFAULT_UPDATE, patch, silenced
from network3.theano import absent

__all__ = ["SharedVariable", "generic", "shared", "shared_constructor"]


def shared(
    value: Any,
    name: str | None = None,
    strict: bool = False,
    allow_downcast: bool | None = None,
    broadcastable: Sequence[bool] | None = None,
    target: str = "cpu",
    **arguments: Any,
) -> SharedVariable:
    """A variable with a value, which functions read and update.

    It has the dtype of the value: 1.0 is float64 and 1 is int64, whatever floatX is. No axis is
    broadcastable, even one of length 1, unless `broadcastable` says so; lengths may change. What is
    neither a number nor an array becomes a variable of generic type.

    Raises
    ------
    TypeError
        For a symbolic value, and an argument that is not known.
    """
    if isinstance(value, Variable):
        raise TypeError(
            f"theano.shared got the symbolic variable {value}: it needs a value, such as an array"
        )
    if target != "cpu":
        raise TypeError(
            f"theano.shared got target={target!r}: the whole program computes on one device, which "
            "THEANO_FLAGS=device=... chooses"
        )
    if broadcastable is not None:
        arguments["shape"] = tuple(1 if one else None for one in broadcastable)
    return pytensor.shared(
        value, name=name, strict=strict, allow_downcast=allow_downcast, **arguments
    )


def _without_deprecation(variable, value):
    if isinstance(value, TensorVariable) and variable.type.is_super(value.type):
        # PyTensor wants the variable's own type, even of an update whose sizes are known better.
        value = value.copy()
        value.type = variable.type
    with silenced(DEFAULT_UPDATE):
        _default_update.__set__(variable, value)


# Programs for Theano set it, and PyTensor warns of that alone.
_default_update: Any = vars(SharedVariable)["default_update"]
patch(SharedVariable, "default_update", property(_default_update.__get__, _without_deprecation))

__getattr__ = absent.names(__name__)
