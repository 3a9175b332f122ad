"""theano.tensor.opt: the parts of Theano's optimizer that programs use."""

from pytensor.raise_op import Assert, assert_op
from pytensor.tensor.basic import MakeVector, make_vector
from pytensor.tensor.rewriting.basic import (
    register_canonicalize,
    register_specialize,
    register_stabilize,
    register_uncanonicalize,
    register_useless,
)

from network3.theano import absent

__all__ = [
    "Assert",
    "MakeVector",
    "assert_op",
    "make_vector",
    "register_canonicalize",
    "register_specialize",
    "register_stabilize",
    "register_uncanonicalize",
    "register_useless",
]


__getattr__ = absent.names(__name__)
