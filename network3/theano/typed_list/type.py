"""theano.typed_list.type: the type of lists whose elements have one type."""

from pytensor.typed_list import TypedListType

from network3.theano import absent

__all__ = ["TypedListType"]

__getattr__ = absent.names(__name__)
