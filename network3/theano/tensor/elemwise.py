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

from network3.theano import absent
from network3.theano.configparser import config

__all__ = [
    "All", "Any", "Apply", "CAReduce", "DimShuffle", "DimShufflePrinter", "DisconnectedType",
    "Elemwise", "MulWithoutZeros", "NullType", "Op", "OpenMPOp", "Prod", "ProdWithoutZeros", "Sum",
    "TensorConstant", "TensorType", "TensorVariable", "as_tensor_variable", "config",
    "get_scalar_type", "mul_without_zeros", "scalar",
]  # fmt: skip


__getattr__ = absent.names(
    __name__,
    {
        "CAReduceDtype": "use CAReduce, which takes dtype and acc_dtype",
    },
)
