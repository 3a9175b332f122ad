"""theano.gof.op: operators of one's own, written as for Theano."""

import inspect
from typing import Any

import pytensor.graph.op
from pytensor.gradient import DisconnectedType, disconnected_type
from pytensor.graph.basic import Variable

from network3.kernels.pytensor_versions import node_and_shapes
from network3.theano import absent, compute_test_value

__all__ = ["COp", "Op", "PureOp", "get_test_value"]


class Op(pytensor.graph.op.Op):
    """Theano's Op: `make_node` or `itypes` and `otypes`, `perform`, `grad` or `L_op`,
    `infer_shape(node, shapes)`.

    C code that a class may have (`c_code`) is left aside: `perform` computes. An operator of
    PyTensor's is no instance of this class; `isinstance(op, pytensor.graph.op.Op)` asks for both.
    """

    def __init_subclass__(cls, **arguments: Any):
        """PyTensor has one argument more, by version, in `infer_shape`."""
        super().__init_subclass__(**arguments)
        own = cls.__dict__.get("infer_shape")
        if own is not None and len(inspect.signature(own).parameters) == 3:
            setattr(cls, "infer_shape", _of_either_version(own))  # noqa: B010 (not of every Op)

    def __getattr__(self, name):
        if name.startswith("c_") or name in ("get_params", "make_c_thunk"):
            raise AttributeError(
                f"network3.theano has no Op.{name}: {type(self).__name__} computes by `perform`; "
                "C code needs a pytensor.link.c.op.COp"
            )
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def perform(self, node, inputs, output_storage):
        raise NotImplementedError(
            f"{self} has no `perform`: its C code, if it has some, is Theano's, and is not compiled"
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
    """Refuses to be built: an operator in C needs PyTensor's interface."""

    def __init__(self, *arguments: Any, **more: Any):
        raise TypeError(
            f"{type(self).__name__} is a theano.gof.COp, whose C code would be Theano's: write "
            "`perform` in Python, or a pytensor.link.c.op.COp"
        )


PureOp = Op


def get_test_value(v: Any) -> Any:
    """The test value of a variable, the value of a constant or shared one, v itself if a number.

    Raises
    ------
    AttributeError
        Where a variable has none.
    """
    return compute_test_value.of(v) if isinstance(v, Variable) else v


def _of_either_version(infer_shape):
    def inferred(self, *arguments):
        return infer_shape(self, *node_and_shapes(arguments))

    return inferred


__getattr__ = absent.names(
    __name__, {"OpenMPOp": "threads are used by the C++ operators of network3.ops"}
)
