"""theano.gof.null_type: the type of a gradient that does not exist."""

from pytensor.graph.null_type import NullType, null_type
from pytensor.graph.type import Type

from network3.theano import absent

__all__ = ["NullType", "Type", "null_type"]

__getattr__ = absent.names(__name__)
