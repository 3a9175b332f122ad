"""Windows that tile an image without overlap: what the pooling operators share."""

import numpy as np

from network3.kernels.c import KernelOp
from network3.ops.checks import check_float_arrays, differ, exceeds


class Pool2D(KernelOp):
    """y (N, C, H // ph, W // pw) from x (N, C, H, W): one number for each window of ph x pw."""

    numbers = __props__ = ("ph", "pw")

    def __init__(self, ph, pw):
        self.ph, self.pw = ph, pw

    def check(self, x):
        check_float_arrays(self.kernel, 4, x=x)
        H, W = x.type.shape[2:]
        if exceeds(self.ph, H) or exceeds(self.pw, W):
            raise ValueError(
                f"{self.kernel} got windows of {self.ph} x {self.pw} for feature maps of "
                f"{H} x {W}: a window must fit into a map"
            )

    def output_shapes(self, x):
        return [(x[0], x[1], x[2] // self.ph, x[3] // self.pw)]


class Pool2DGradient(KernelOp):
    """dx (N, C, H, W) from x, the pooled y and dy (N, C, H // ph, W // pw)."""

    numbers = __props__ = ("ph", "pw")

    def __init__(self, ph, pw):
        self.ph, self.pw = ph, pw

    def check(self, x, y, dy):
        check_float_arrays(self.kernel, 4, x=x, y=y, dy=dy)
        for a, b in zip(y.type.shape, dy.type.shape, strict=True):
            if differ(a, b):
                raise ValueError(
                    f"{self.kernel} got y of shape {y.type.shape} but dy of {dy.type.shape}: "
                    f"they must be the same"
                )
        sizes = (1, 1, self.ph, self.pw)
        pooled = [
            None if n is None else n // size for n, size in zip(x.type.shape, sizes, strict=True)
        ]
        if any(map(differ, y.type.shape, pooled)):
            raise ValueError(
                f"{self.kernel} got y of shape {y.type.shape} for x of {x.type.shape}: "
                f"pooling gives {tuple(pooled)}"
            )

    def output_shapes(self, x, y, dy):
        return [tuple(x)]


def pool_size(operator, poolsize):
    """(ph, pw) as ints; ValueError in one sentence for anything but two positive integers."""
    try:
        ph, pw = poolsize
        if int(ph) != ph or int(pw) != pw or min(ph, pw) < 1:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"{operator} got poolsize {poolsize!r}: it must be two positive integers, "
            f"the height and width of a window, such as (2, 2)"
        ) from None
    return int(ph), int(pw)


def window_sum(x, ph, pw):
    """The sum of each window, (N, C, H // ph, W // pw), from x (N, C, H, W)."""
    return sum(
        x[:, :, i : _end(x, 2, i, ph) : ph, j : _end(x, 3, j, pw) : pw]
        for i, j in np.ndindex(ph, pw)
    )


def spread(y, like, ph, pw):
    """A variable of `like`'s shape (N, C, H, W) whose windows are filled with y; 0 elsewhere."""
    filled = y.repeat(ph, axis=2).repeat(pw, axis=3)
    return like.zeros_like()[:, :, : filled.shape[2], : filled.shape[3]].set(filled)


def _end(x, axis, start, step):
    """Where a strided slice from `start` ends so that it has one entry for each whole window."""
    return x.shape[axis] // step * step - step + start + 1
