"""A constant as an array."""

from network3.kernels.numba.compiling import jit


@jit
def as_array(x):
    """y (any shape) from x."""
    return x.copy()
