"""theano.tensor.xlogx: x log x and x log y, which are 0 if x is 0."""

from pytensor.tensor import scalar, special
from pytensor.tensor.elemwise import Elemwise

from network3.theano import absent

__all__ = [
    "Elemwise",
    "scalar",
    "xlogx",
    "xlogy0",
]


def xlogx(x):
    """Return x log x elementwise, and 0 if x is 0."""
    return special.xlogy(x, x)


def xlogy0(x, y):
    """Return x log y elementwise, and 0 if x is 0."""
    return special.xlogy(x, y)


__getattr__ = absent.names(
    __name__,
    {
        "XlogX": "use the function xlogx",
        "XlogY0": "use the function xlogy0",
    },
)
