"""theano.gof.type: the types of variables."""

from pytensor.graph.type import Type
from pytensor.link.c.type import CDataType, EnumList, EnumType, Generic, generic

from network3.theano import absent

__all__ = ["CDataType", "EnumList", "EnumType", "Generic", "PureType", "Type", "generic"]

PureType = Type

__getattr__ = absent.names(__name__)
