"""Pooling under the name that it had in Theano before 0.9, which older programs use."""

from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.signal.pool import Pool, max_pool_2d_same_size, pool_2d

__all__ = ["DownsampleFactorMax", "max_pool_2d", "max_pool_2d_same_size"]


def max_pool_2d(
    input: Any, ds, ignore_border=None, st=None, padding=(0, 0), mode="max"
) -> TensorVariable:
    """`pool_2d` with the arguments' older names: `ds` the size of a window, `st` the stride."""
    return pool_2d(input, ds, ignore_border, st, padding, mode)


class DownsampleFactorMax:
    """`Pool` that is made with the sizes of windows, to be called with images alone."""

    def __init__(self, ds, ignore_border=False, st=None, padding=(0, 0), mode="max"):
        self.ds, self.st, self.padding = ds, st, padding
        self._pool = Pool(ignore_border, mode)

    @staticmethod
    def out_shape(imgshape, ds, ignore_border=False, st=None, padding=(0, 0)) -> list:
        """The shape of what pooling makes of images of the shape `imgshape`."""
        return Pool.out_shape(imgshape, ds, ignore_border, st, padding)

    def __call__(self, x: Any) -> TensorVariable:
        """(..., P, Q) from x (..., H, W)."""
        return self._pool(x, self.ds, self.st, self.padding)


__getattr__ = absent.names(
    __name__, {"DownsampleFactorMaxGrad": "take the gradient of max_pool_2d with theano.grad"}
)
