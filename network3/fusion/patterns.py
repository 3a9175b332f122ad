"""Functions that recognize patterns in a graph."""

from pytensor.tensor.basic import get_underlying_scalar_constant_value
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.exceptions import NotScalarConstantError


def scalar_op(node):
    """Return the scalar operator that a node applies elementwise, or None."""
    return node.op.scalar_op if node and isinstance(node.op, Elemwise) else None


def constant(x):
    """Return the number if all entries of x are one constant, else None."""
    try:
        return get_underlying_scalar_constant_value(x)
    except NotScalarConstantError:
        return None
