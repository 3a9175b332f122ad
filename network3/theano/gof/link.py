"""theano.gof.link: linkers, by the names under which programs look at them."""

from pytensor.link.basic import (
    Container,
    Linker,
    LocalLinker,
    PerformLinker,
    WrapLinker,
    WrapLinkerMany,
)
from pytensor.link.utils import raise_with_op

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

__getattr__ = absent.names(__name__)
