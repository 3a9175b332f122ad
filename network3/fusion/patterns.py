"""What patterns in a graph are told by."""

from pytensor.tensor.basic import get_underlying_scalar_constant_value
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.exceptions import NotScalarConstantError


def scalar_op(node):
    """What a node does to each number, or None."""
    return node.op.scalar_op if node and isinstance(node.op, Elemwise) else None


def constant(x):
    """The number that all entries of x are, or None."""
    try:
        return get_underlying_scalar_constant_value(x)
    except NotScalarConstantError:
        return None
