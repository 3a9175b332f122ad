"""theano.compile.sharedvalue: shared variables, which keep their value between calls."""

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
    """Create a variable with a value, which functions read and update.

    Parameters
    ----------
    value : number, array or any object
        The initial value, which determines the dtype: 1.0 is float64 and 1 is int64, whatever
        floatX is. Anything but a number or an array gives a variable of generic type.
    name : str, optional
        The variable's name.
    strict, allow_downcast
        As for `In`, for values that are set later.
    broadcastable : list of bool, optional
        Whether each axis is broadcastable. By default none is, even if its length is 1; lengths of
        axes that are not broadcastable may change later.
    target : str
        Must be "cpu".

    Returns
    -------
    SharedVariable

    Raises
    ------
    TypeError
        If the value is symbolic, if `target` is not "cpu", or if an argument is unknown.
    """
    if isinstance(value, Variable):
        raise TypeError(
            f"theano.shared got the symbolic variable {value}: give a value, such as an array"
        )
    if target != "cpu":
        raise TypeError(
            f"theano.shared got target={target!r}: the whole program uses one device; leave target "
            "out and choose the device with THEANO_FLAGS=device=..."
        )
    if broadcastable is not None:
        arguments["shape"] = tuple(1 if one else None for one in broadcastable)
    return pytensor.shared(
        value, name=name, strict=strict, allow_downcast=allow_downcast, **arguments
    )


def _without_deprecation(variable, value):
    if isinstance(value, TensorVariable) and variable.type.is_super(value.type):
        # PyTensor requires the variable's own type, even if the update's shape is known better.
        value = value.copy()
        value.type = variable.type
    with silenced(DEFAULT_UPDATE):
        _default_update.__set__(variable, value)


def _delete(variable):
    _without_deprecation(variable, None)


# Programs for Theano set and delete `default_update`, and PyTensor warns whenever it is set.
_default_update: Any = vars(SharedVariable)["default_update"]
patch(
    SharedVariable,
    "default_update",
    property(_default_update.__get__, _without_deprecation, _delete),
)

__getattr__ = absent.names(__name__)
