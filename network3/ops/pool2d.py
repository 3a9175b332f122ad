"""The base classes of pooling operators. Their windows do not overlap."""

from network3.checks.numbers import whole_numbers
from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, differ, exceeds, floats


class _Windowed(KernelOp):
    """An operator with windows of ph x pw."""

    numbers = __props__ = ("ph", "pw")

    def __init__(self, ph, pw):
        self.ph, self.pw = ph, pw

    def flop(self, *shapes):
        return 0


class Pool2D(_Windowed):
    """Compute y (N, C, H // ph, W // pw) from x (N, C, H, W): one number per ph x pw window.

    A subclass also declares these attributes.

    Attributes
    ----------
    gradient : subclass of Pool2DGradient
    onnx : (str, dict) or None
        The equivalent ONNX operator, and its attributes other than those of the windows.
    fused : str or None
        Its name in the fused operators of a convolutional layer (see `kernels.codes.POOLINGS`).
    """

    gradient: "type[Pool2DGradient]"
    onnx: tuple[str, dict] | None = None
    fused: str | None = None
    independent_images = True

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

    def pullback(self, inputs, outputs, cotangents):
        return [self.gradient(self.ph, self.pw)(inputs[0], outputs[0], cotangents[0])]

    @classmethod
    def example(cls):
        return cls(2, 3), floats((3, 2, 5, 7))


class Pool2DGradient(_Windowed):
    """Compute dx (N, C, H, W) from x, the pooled y and dy (N, C, H // ph, W // pw)."""

    independent_images = False

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

    @classmethod
    def example(cls):
        return cls(2, 3), floats((3, 2, 5, 7), (3, 2, 2, 2), (3, 2, 2, 2))


def pool_size(operator, poolsize):
    """Return (ph, pw) as ints, or raise ValueError."""
    return whole_numbers(
        operator, "poolsize", poolsize, 2, "the height and width of a window, such as (2, 2)"
    )
