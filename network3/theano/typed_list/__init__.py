"""theano.typed_list: lists whose elements have one type, as variables of a graph."""

from pytensor.typed_list import SliceType

from network3.theano import absent
from network3.theano.typed_list import basic, type
from network3.theano.typed_list.basic import *
from network3.theano.typed_list.type import TypedListType

__all__ = [*basic.__all__, "SliceType", "TypedListType", "basic", "type"]

__getattr__ = absent.names(__name__, {"opt": "use PyTensor's pytensor.typed_list.rewriting"})
