"""theano.tensor.type_other: the types of slices and of None."""

from pytensor.tensor import Constant, NoneConst, Op, make_slice, none_type_t, slicetype
from pytensor.tensor.basic import NoneTypeT
from pytensor.tensor.extra_ops import Generic
from pytensor.tensor.math import Apply, DisconnectedType
from pytensor.tensor.type_other import (
    MakeSlice,
    SliceConstant,
    SliceType,
    Type,
    as_int_none_variable,
)

from network3.theano import absent

__all__ = [
    "Apply",
    "Constant",
    "DisconnectedType",
    "Generic",
    "MakeSlice",
    "NoneConst",
    "NoneTypeT",
    "Op",
    "SliceConstant",
    "SliceType",
    "Type",
    "as_int_none_variable",
    "make_slice",
    "none_type_t",
    "slicetype",
]


__getattr__ = absent.names(__name__)
