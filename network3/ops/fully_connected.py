"""A fully connected layer as one operator, and an SGD update of its weights as another."""

from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, floats


class FullyConnected(KernelOp):
    """Compute y = activation(x . w + b)."""

    kernel = "fully_connected"
    numbers = __props__ = ("activation",)
    strided = (0,)
    independent_images = True

    def __init__(self, activation):
        self.activation = activation

    def check(self, x, w, b):
        check_float_arrays("fully_connected", 2, x=x, w=w)
        check_float_arrays("fully_connected", 1, b=b)

    def output_shapes(self, x, w, b):
        return [(x[0], w[1])]

    def flop(self, x, w, b):
        return 2 * x[0] * w[0] * w[1]

    def pullback(self, inputs, outputs, cotangents):
        (x, w, _), (y,), (dy,) = inputs, outputs, cotangents
        return FullyConnectedGradient(self.activation)(x, w, y, dy)

    @classmethod
    def example(cls):
        return cls("ReLU"), floats((3, 5), (5, 7), (7,))


class FullyConnectedGradient(KernelOp):
    """Compute the gradients of `FullyConnected`.

    dx = d . w^T, dw = x^T . d, db = sum over images of d, where d = dy * activation'(z).

    It has no C++ kernel. In an SGD update `FullyConnectedStep` replaces it, and in programs for
    Theano products by BLAS (`fusion/products.py`); elsewhere NumPy or Numba computes it.
    """

    kernel = "fully_connected_gradient"
    source = None
    numbers = __props__ = ("activation",)
    independent_images = False

    def __init__(self, activation):
        self.activation = activation

    def check(self, x, w, y, dy):
        check_float_arrays("fully_connected_gradient", 2, x=x, w=w, y=y, dy=dy)

    def output_shapes(self, x, w, y, dy):
        return [tuple(x), tuple(w), (w[1],)]

    def output_dtypes(self, x, *others):
        return [x, x, x]

    def flop(self, x, w, y, dy):
        return 4 * x[0] * w[0] * w[1]

    @classmethod
    def example(cls):
        return cls("ReLU"), floats((3, 5), (5, 7), (3, 7), (3, 7))


class FullyConnectedStep(KernelOp):
    """Compute an SGD update of the weights and biases of a fully connected layer.

    w' = decay * w - eta * x^T . d and b' = b - eta * sum over images of d, with d as in
    `FullyConnectedGradient`. If `input_gradient` is true, a further output is dx = d . w^T of the
    old w; if `squares` is true, another one is the sum of the squares of the old w.
    """

    kernel = "fully_connected_step"
    numbers = ("activation",)
    strided = (0, 1, 2)
    independent_images = False
    __props__ = ("activation", "input_gradient", "squares", "in_place")

    def __init__(self, activation, input_gradient, squares, in_place=False):
        self.activation, self.input_gradient, self.squares = activation, input_gradient, squares
        self.in_place = in_place
        if in_place:
            self.destroy_map = {0: [5], 1: [6]}

    def updated(self):
        return {0: 5, 1: 6}

    def wanted(self):
        return True, True, self.input_gradient, self.squares

    def images_innermost(self, output, inputs):
        # dx has the layout of x.
        return f"first_innermost({inputs[0]})"

    def check(self, x, y, dy, eta, decay, w, b):
        check_float_arrays("fully_connected_step", 2, x=x, y=y, dy=dy, w=w)
        check_float_arrays("fully_connected_step", 0, eta=eta, decay=decay)
        check_float_arrays("fully_connected_step", 1, b=b)

    def output_shapes(self, x, y, dy, eta, decay, w, b):
        return [tuple(w), tuple(b), tuple(x), ()]

    def output_dtypes(self, x, *others):
        return [x, x, x, x]

    def flop(self, x, y, dy, eta, decay, w, b):
        return 2 * x[0] * w[0] * w[1] * (1 + self.input_gradient)

    @classmethod
    def example(cls):
        op = cls("ReLU", input_gradient=True, squares=True)
        return op, floats((3, 5), (3, 7), (3, 7), (), (), (5, 7), (7,))
