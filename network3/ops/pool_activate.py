"""What follows a convolution in a layer of the book: max pooling, bias, activation, in one."""

from network3.kernels.c import KernelOp
from network3.kernels.reference import pool_activate as reference
from network3.ops.activation import Activated
from network3.ops.inputs import check_float_arrays


class _PoolActivate(Activated, KernelOp):
    source = "pool_activate.cpp"
    numbers = ("ph", "pw", "activation_number")
    __props__ = ("ph", "pw", "activation")

    def __init__(self, ph, pw, activation):
        self.ph, self.pw, self.activation = ph, pw, activation


class PoolActivate(_PoolActivate):
    """y[n,c,p,q] = activation(b[c] + max of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw); and ties,
    with bit i*pw + j set where place (i, j) of the window equals the maximum."""

    kernel = "pool_activate"
    strided = (0,)

    def check(self, x, b):
        check_float_arrays("pool_activate", 4, x=x)
        check_float_arrays("pool_activate", 1, b=b)

    def output_shapes(self, x, b):
        return 2 * [(x[0], x[1], x[2] // self.ph, x[3] // self.pw)]

    def output_dtypes(self, x, b):
        return [x, x.replace("float", "int")]

    def images_innermost(self, output, inputs):
        return "true"

    def reference(self, x, b):
        return reference.pool_activate(x, b, self.ph, self.pw, self.activation)

    def pullback(self, inputs, outputs, cotangents):
        return PoolActivateGradient(self.ph, self.pw, self.activation)(
            inputs[0], *outputs, cotangents[0]
        )


class PoolActivateGradient(_PoolActivate):
    """dx = d of its window at every place that ties, else 0, and db = sum over n, p, q of d, where
    d = dy * activation'(z); of x only the shape counts."""

    kernel = "pool_activate_gradient"
    strided = (0, 1, 2, 3)

    def check(self, x, y, ties, dy):
        check_float_arrays("pool_activate_gradient", 4, x=x, y=y, dy=dy)

    def output_shapes(self, x, y, ties, dy):
        return [tuple(x), (x[1],)]

    def output_dtypes(self, x, *others):
        return [x, x]

    def images_innermost(self, output, inputs):
        return "true" if output == 0 else "false"

    def reference(self, x, y, ties, dy):
        return reference.pool_activate_gradient(x, y, ties, dy, self.ph, self.pw, self.activation)
