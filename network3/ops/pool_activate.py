"""Pooling, bias and activation as one operator, for pooling that does not follow a convolution."""

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
    """Pool x, add a bias and apply an activation function.

    y[n,c,p,q] = activation(b[c] + pooling of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw)

    The second output, ties, has bit i * pw + j set for every place (i, j) of the window that
    receives the gradient: the places that equal the maximum in max pooling, all places in average
    pooling.
    """

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
    """Compute the gradients of `PoolActivate`.

    dx = d of its window at every place marked in ties, else 0 (d / (ph * pw) in average pooling),
    and db = sum over n, p, q of d, where d = dy * activation'(z). Only the shape of x is used.
    """

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
