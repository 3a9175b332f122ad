"""Pooling under its name before Theano 0.9, which older programs use."""

from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.signal.pool import Pool, max_pool_2d_same_size, pool_2d

__all__ = ["DownsampleFactorMax", "max_pool_2d", "max_pool_2d_same_size"]


def max_pool_2d(
    input: Any, ds, ignore_border=None, st=None, padding=(0, 0), mode="max"
) -> TensorVariable:
    """Do the same as `pool_2d`, with the size of a window as `ds` and the stride as `st`."""
    return pool_2d(input, ds, ignore_border, st, padding, mode)


class DownsampleFactorMax:
    """`Pool` that is constructed with the sizes of windows, and called with images only."""

    def __init__(self, ds, ignore_border=False, st=None, padding=(0, 0), mode="max"):
        self.ds, self.st, self.padding = ds, st, padding
        self._pool = Pool(ignore_border, mode)

    @staticmethod
    def out_shape(imgshape, ds, ignore_border=False, st=None, padding=(0, 0)) -> list:
        """Return the shape of the result for images of shape `imgshape`."""
        return Pool.out_shape(imgshape, ds, ignore_border, st, padding)

    def __call__(self, x: Any) -> TensorVariable:
        """Return a tensor (..., P, Q) from images (..., H, W)."""
        return self._pool(x, self.ds, self.st, self.padding)


__getattr__ = absent.names(
    __name__, {"DownsampleFactorMaxGrad": "use theano.grad with max_pool_2d"}
)
