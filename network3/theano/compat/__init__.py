"""theano.compat: Theano's helpers for Python 2 and 3."""

import builtins
import operator
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, ValuesView
from io import BytesIO
from typing import Any

from network3.theano import absent

__all__ = [
    "PY3",
    "BytesIO",
    "Callable",
    "Iterable",
    "Mapping",
    "OrderedDict",
    "ValuesView",
    "cmp",
    "decode",
    "exc_message",
    "ifilter",
    "imap",
    "izip",
    "next",
    "operator_div",
]

PY3 = True
ifilter = builtins.filter
imap = builtins.map
izip = builtins.zip
next = builtins.next
operator_div = operator.floordiv


def cmp(x: Any, y: Any) -> int:
    """Return -1 if x < y, 0 if they are equal, 1 if x > y."""
    return (x > y) - (x < y)


def exc_message(e: BaseException) -> Any:
    """Return the message of an error."""
    return e.args[0] if e.args else ""


def decode(x: bytes) -> str:
    """Decode UTF-8 bytes to a string."""
    return x.decode()


__getattr__ = absent.names(__name__)
