"""theano.typed_list: lists of variables of one type."""

from pytensor.typed_list import SliceType

from network3.theano import absent
from network3.theano.typed_list import basic, type
from network3.theano.typed_list.basic import *
from network3.theano.typed_list.type import TypedListType

__all__ = [*basic.__all__, "SliceType", "TypedListType", "basic", "type"]

__getattr__ = absent.names(
    __name__, {"opt": "how lists are rewritten is PyTensor's, pytensor.typed_list.rewriting"}
)
