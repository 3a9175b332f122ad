"""theano.tensor.elemwise: the operators that work number by number, or reduce."""

from pytensor.tensor import (
    Op,
    TensorConstant,
    TensorType,
    TensorVariable,
    as_tensor_variable,
    scalar,
)
from pytensor.tensor.basic import DimShuffle
from pytensor.tensor.elemwise import DimShufflePrinter, NullType, OpenMPOp, get_scalar_type
from pytensor.tensor.math import (
    All,
    Any,
    Apply,
    CAReduce,
    DisconnectedType,
    Elemwise,
    MulWithoutZeros,
    Prod,
    ProdWithoutZeros,
    Sum,
    config,
    mul_without_zeros,
)

from network3.theano import absent

__all__ = [
    "All",
    "Any",
    "Apply",
    "CAReduce",
    "DimShuffle",
    "DimShufflePrinter",
    "DisconnectedType",
    "Elemwise",
    "MulWithoutZeros",
    "NullType",
    "Op",
    "OpenMPOp",
    "Prod",
    "ProdWithoutZeros",
    "Sum",
    "TensorConstant",
    "TensorType",
    "TensorVariable",
    "as_tensor_variable",
    "config",
    "get_scalar_type",
    "mul_without_zeros",
    "scalar",
]


__getattr__ = absent.names(
    __name__,
    {
        "CAReduceDtype": "use CAReduce, which takes dtype and acc_dtype",
    },
)
