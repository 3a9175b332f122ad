"""theano.gof.op: the base class of operators that a program defines."""

import inspect
import warnings
from typing import Any

import pytensor.graph.op
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType, disconnected_type
from pytensor.graph.basic import Variable

from network3.kernels.pytensor_versions import node_and_shapes
from network3.theano import absent, compute_test_value

__all__ = [
    "COp",
    "Op",
    "PureOp",
    "debug_assert",
    "debug_error_message",
    "get_debug_values",
    "get_test_value",
    "missing_test_message",
]


class Op(pytensor.graph.op.Op):
    """The base class of operators, with Theano's interface.

    A subclass defines `make_node`, or `itypes` and `otypes`; `perform`; `grad` or `L_op`; and
    optionally ``infer_shape(node, shapes)`` and `R_op`. Its C code (`c_code`), if it has any, is
    ignored: `perform` computes.

    PyTensor's operators are not instances of this class. To test for either, use
    ``isinstance(op, pytensor.graph.op.Op)``.
    """

    def __init_subclass__(cls, **arguments: Any):
        """Accept `infer_shape` with Theano's arguments; some PyTensor versions pass one more."""
        super().__init_subclass__(**arguments)
        own = cls.__dict__.get("infer_shape")
        if own is not None and len(inspect.signature(own).parameters) == 3:
            setattr(cls, "infer_shape", _of_either_version(own))  # noqa: B010 (few Ops have one)

    def __getattr__(self, name):
        if name.startswith("c_") or name in ("get_params", "make_c_thunk"):
            raise AttributeError(
                f"network3.theano has no Op.{name}: {type(self).__name__} computes by `perform`; "
                "C code needs a pytensor.link.c.op.COp"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def perform(self, node, inputs, output_storage):
        raise NotImplementedError(
            f"{self} has no `perform`: its C code, if any, is for Theano and is not compiled; "
            "write `perform` in Python"
        )

    def pullback(self, inputs, outputs, cotangents):
        if type(self).L_op is not pytensor.graph.op.Op.L_op:
            return self.L_op(inputs, outputs, cotangents)
        return self.grad(inputs, cotangents)

    def pushforward(self, inputs, outputs, tangents):
        points = [None if isinstance(t.type, DisconnectedType) else t for t in tangents]
        return [disconnected_type() if r is None else r for r in self.R_op(inputs, points)]

    def L_op(self, inputs, outputs, output_grads):
        return self.grad(inputs, output_grads)

    def R_op(self, inputs, eval_points):
        raise NotImplementedError(f"{self} has no R_op")


class COp(Op):
    """A class that raises a TypeError: an operator in C needs PyTensor's interface."""

    def __init__(self, *arguments: Any, **more: Any):
        raise TypeError(
            f"{type(self).__name__} is a theano.gof.COp, whose C code is for Theano: write a "
            "theano.Op with `perform` in Python, or a pytensor.link.c.op.COp"
        )


PureOp = Op


def get_test_value(v: Any) -> Any:
    """Return the test value of a variable, or the value of a constant or shared variable.

    Anything that is not a variable becomes an array.

    Raises
    ------
    AttributeError
        If the variable has no test value.
    ValueError
        If the test value does not have the variable's type.
    """
    return compute_test_value.of(v if isinstance(v, Variable) else pt.as_tensor_variable(v))


def _of_either_version(infer_shape):
    def inferred(self, *arguments):
        return infer_shape(self, *node_and_shapes(arguments))

    return inferred


def get_debug_values(*args: Any) -> list:
    """Return a list with the test values, as one value or one tuple, or an empty list without them.

    The loop ``for x, y in get_debug_values(a, b):`` then checks them only if test values are on. If
    a variable has none, `missing_test_message` says so.
    """
    if compute_test_value.mode() == "off":
        return []
    values = []
    for place, variable in enumerate(args):
        try:
            values.append(get_test_value(variable))
        except AttributeError as error:
            missing_test_message(f"Argument {place} has no test value: {error}")
            return []
    return values if len(values) == 1 else [tuple(values)]


def missing_test_message(msg: str) -> None:
    """Raise an AttributeError, warn or do nothing, as ``config.compute_test_value`` says."""
    if compute_test_value.mode() == "raise":
        raise AttributeError(msg)
    if compute_test_value.mode() == "warn":
        warnings.warn(msg, stacklevel=2)


def debug_error_message(msg: str) -> None:
    """Raise a ValueError about test values, or warn if ``config.compute_test_value`` is "warn"."""
    if compute_test_value.mode() == "warn":
        warnings.warn(msg, stacklevel=2)
    else:
        raise ValueError(msg)


def debug_assert(condition: Any, msg: str = "debug_assert failed") -> None:
    """Report a condition about test values that does not hold, by `debug_error_message`."""
    if not condition:
        debug_error_message(msg)


__getattr__ = absent.names(
    __name__, {"OpenMPOp": "C code needs PyTensor's pytensor.link.c.op.OpenMPOp"}
)
