"""theano.gof.link: linkers, and the containers that hold a function's values."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from pytensor.link.basic import (
    Container,
    Linker,
    LocalLinker,
    PerformLinker,
    WrapLinker,
    WrapLinkerMany,
)
from pytensor.link.utils import raise_with_op

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "Container",
    "Linker",
    "LocalLinker",
    "PerformLinker",
    "WrapLinker",
    "WrapLinkerMany",
    "raise_with_op",
]


@contextmanager
def theanos_errors(type: Any, value: Any) -> Iterator[None]:
    """Raise a TypeError, as Theano does, if a type cannot hold an integer.

    NumPy 2 raises an OverflowError. Older versions wrapped the integer around, and Theano raised a
    TypeError because the result differed. For an integer of more than 64 bits Theano, too, raised
    an OverflowError.
    """
    try:
        yield
    except OverflowError as error:
        if np.asarray(value).dtype.kind not in "iu":
            raise
        sentence = f"{type} cannot store accurately the value: {error.args[0]}"
        raise TypeError(sentence, *error.args[1:]) from None


def _set(container, value):
    with theanos_errors(container.type, value):
        _value.__set__(container, value)


_value: Any = vars(Container)["value"]
for _name in ("value", "data"):
    patch(Container, _name, property(_value.fget, _set))

__getattr__ = absent.names(__name__)
