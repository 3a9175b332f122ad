"""theano.typed_list.basic: operators on lists whose elements have one type."""

from pytensor.typed_list import (  # isort: skip
    Append, Count, Extend, GetItem, Index, Insert, Length, MakeList, Remove, Reverse,
    TypedListConstant, TypedListVariable, append, count, extend, getitem, index_, insert,
    length, make_list, remove, reverse,
)  # fmt: skip

from network3.theano import absent

__all__ = [
    "Append", "Count", "Extend", "GetItem", "Index", "Insert", "Length", "MakeList", "Remove",
    "Reverse", "TypedListConstant", "TypedListVariable", "append", "count", "extend", "getitem",
    "index_", "insert", "length", "make_list", "remove", "reverse",
]  # fmt: skip

__getattr__ = absent.names(__name__)
