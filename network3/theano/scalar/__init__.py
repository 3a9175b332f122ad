"""theano.scalar: graphs of single numbers, and the operators on them."""

from network3.theano import absent
from network3.theano.scalar import basic, basic_scipy
from network3.theano.scalar.basic import *
from network3.theano.scalar.basic_scipy import *

__all__ = ["basic", "basic_scipy", *sorted({*basic.__all__, *basic_scipy.__all__})]

__getattr__ = absent.names(
    __name__, {"basic_sympy": "write the expression with theano.scalar's functions"}
)
