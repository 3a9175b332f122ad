"""theano.tensor.type_other: the types of slices and of None."""

from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.type import Type
from pytensor.link.c.type import Generic
from pytensor.tensor import Constant, NoneConst, Op, make_slice, none_type_t, slicetype
from pytensor.tensor.type_other import (
    MakeSlice,
    NoneTypeT,
    SliceConstant,
    SliceType,
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
