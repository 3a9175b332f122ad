"""What follows a convolution in a layer of the book: pooling, bias, activation, in one."""

from pytensor.tensor.type import tensor

from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, floats


class _PoolActivate(KernelOp):
    numbers = ("ph", "pw", "activation")
    constants = ("pooling",)
    __props__ = (*numbers, *constants)

    def __init__(self, ph, pw, activation, pooling="max"):
        self.ph, self.pw, self.activation, self.pooling = ph, pw, activation, pooling

    def flop(self, *shapes):
        return 0


class PoolActivate(_PoolActivate):
    """y[n,c,p,q] = activation(b[c] + pooling of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw); and
    ties, with bit i*pw + j set for every place of the window that gets the gradient: those that
    equal the maximum, or all for the average."""

    kernel = "pool_activate"
    strided = (0,)
    independent_images = True

    def check(self, x, b):
        check_float_arrays("pool_activate", 4, x=x)
        check_float_arrays("pool_activate", 1, b=b)

    def output_shapes(self, x, b):
        return 2 * [(x[0], x[1], x[2] // self.ph, x[3] // self.pw)]

    def output_dtypes(self, x, b):
        return [x, x.replace("float", "int")]

    def images_innermost(self, output, inputs):
        return "true"

    def pullback(self, inputs, outputs, cotangents):
        gradient = PoolActivateGradient(self.ph, self.pw, self.activation, self.pooling)
        return gradient(inputs[0], *outputs, cotangents[0])

    @classmethod
    def example(cls):
        return cls(2, 3, "ReLU"), floats((3, 2, 5, 7), (2,))


class PoolActivateGradient(_PoolActivate):
    """dx = d of its window at every place that ties, else 0, and db = sum over n, p, q of d, where
    d = dy * activation'(z); for the average dx = d / (ph * pw). Of x only the shape counts."""

    kernel = "pool_activate_gradient"
    strided = (0, 1, 2, 3)
    independent_images = False

    def check(self, x, y, ties, dy):
        check_float_arrays("pool_activate_gradient", 4, x=x, y=y, dy=dy)

    def output_shapes(self, x, y, ties, dy):
        return [tuple(x), (x[1],)]

    def output_dtypes(self, x, *others):
        return [x, x]

    def images_innermost(self, output, inputs):
        return "true" if output == 0 else "false"

    @classmethod
    def example(cls):
        x, y, dy = floats((3, 2, 5, 7), (3, 2, 2, 2), (3, 2, 2, 2))
        return cls(2, 3, "ReLU"), [x, y, tensor(dtype="int32", shape=y.type.shape), dy]
