"""theano.tensor.elemwise: operators that act elementwise, reduce axes or reorder them."""

from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.null_type import NullType
from pytensor.link.c.op import OpenMPOp
from pytensor.scalar.basic import get_scalar_type
from pytensor.tensor import (
    Op,
    TensorConstant,
    TensorType,
    TensorVariable,
    as_tensor_variable,
    scalar,
)
from pytensor.tensor.elemwise import CAReduce, DimShuffle, DimShufflePrinter, Elemwise
from pytensor.tensor.math import (
    All,
    Any,
    MulWithoutZeros,
    Prod,
    ProdWithoutZeros,
    Sum,
    mul_without_zeros,
)

from network3.kernels.pytensor_versions import patch
from network3.theano import absent
from network3.theano.configparser import config

__all__ = [
    "All", "Any", "Apply", "CAReduce", "DimShuffle", "DimShufflePrinter", "DisconnectedType",
    "Elemwise", "MulWithoutZeros", "NullType", "Op", "OpenMPOp", "Prod", "ProdWithoutZeros", "Sum",
    "TensorConstant", "TensorType", "TensorVariable", "as_tensor_variable", "config",
    "get_scalar_type", "mul_without_zeros", "scalar",
]  # fmt: skip

_initialize = DimShuffle.__init__


def _by_theanos_arguments(
    self, input_broadcastable=None, new_order=(), inplace=True, *, input_ndim=None
):
    """Take Theano's arguments, or PyTensor's, which are the last two by name."""
    if input_ndim is None:
        input_ndim = len(input_broadcastable)
    _initialize(self, input_ndim=input_ndim, new_order=new_order)


patch(DimShuffle, "__init__", _by_theanos_arguments)

__getattr__ = absent.names(
    __name__,
    {
        "CAReduceDtype": "use CAReduce, which takes dtype and acc_dtype",
    },
)
