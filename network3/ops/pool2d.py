"""What the pooling operators share: windows that do not overlap, and how their size is checked."""

from network3.kernels.c import KernelOp
from network3.ops.inputs import check_float_arrays, differ, exceeds


class _Windowed(KernelOp):
    """An operator with windows of ph x pw."""

    numbers = __props__ = ("ph", "pw")

    def __init__(self, ph, pw):
        self.ph, self.pw = ph, pw


class Pool2D(_Windowed):
    """y (N, C, H // ph, W // pw) from x (N, C, H, W): one number for each window of ph x pw."""

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


class Pool2DGradient(_Windowed):
    """dx (N, C, H, W) from x, the pooled y and dy (N, C, H // ph, W // pw)."""

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
