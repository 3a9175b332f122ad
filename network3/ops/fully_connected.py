"""A fully connected layer as one operator, and a step of gradient descent on it as another."""

from pytensor.graph.basic import Apply
from pytensor.graph.op import Op

from network3.kernels.c import KernelOp
from network3.kernels.reference import fully_connected as reference
from network3.ops.activation import Activated
from network3.ops.inputs import check_float_arrays


class FullyConnected(Activated, KernelOp):
    """y = activation(x . w + b)"""

    source = "fully_connected.cpp"
    kernel = "fully_connected"
    numbers = ("activation_number",)
    strided = (0,)
    __props__ = ("activation",)

    def __init__(self, activation):
        self.activation = activation

    def check(self, x, w, b):
        check_float_arrays("fully_connected", 2, x=x, w=w)
        check_float_arrays("fully_connected", 1, b=b)

    def output_shapes(self, x, w, b):
        return [(x[0], w[1])]

    def reference(self, x, w, b):
        return (reference.fully_connected(x, w, b, self.activation),)

    def pullback(self, inputs, outputs, cotangents):
        (x, w, _), (y,), (dy,) = inputs, outputs, cotangents
        return FullyConnectedGradient(self.activation)(x, w, y, dy)


class FullyConnectedGradient(Activated, Op):
    """dx = d . w^T, dw = x^T . d, db = sum over images of d, where d = dy * activation'(z).

    In a training step it gives way to `FullyConnectedStep`; elsewhere NumPy computes it, or Numba.
    """

    numbers = ("activation_number",)
    __props__ = ("activation",)

    def __init__(self, activation):
        self.activation = activation

    def make_node(self, x, w, y, dy):
        return Apply(self, [x, w, y, dy], [x.type(), w.type(), w[0].type()])

    def infer_shape(self, *arguments):
        x, w, *_ = arguments[-1]
        return [x, w, w[1:]]

    def perform(self, node, inputs, output_storage):
        results = reference.fully_connected_gradient(*inputs, self.activation)
        for cell, result in zip(output_storage, results, strict=True):
            cell[0] = result


class FullyConnectedStep(Activated, KernelOp):
    """w' = decay * w - eta * x^T . d and b' = b - eta * sum over images of d, then, where wanted,
    dx = d . w^T of the old w, and the sum of the squares of the old w."""

    source = "fully_connected.cpp"
    kernel = "fully_connected_step"
    numbers = ("activation_number",)
    strided = (0, 1, 2)
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
        # dx lies as x does.
        return f"first_innermost({inputs[0]})"

    def check(self, x, y, dy, eta, decay, w, b):
        check_float_arrays("fully_connected_step", 2, x=x, y=y, dy=dy, w=w)
        check_float_arrays("fully_connected_step", 0, eta=eta, decay=decay)
        check_float_arrays("fully_connected_step", 1, b=b)

    def output_shapes(self, x, y, dy, eta, decay, w, b):
        return self._wanted(tuple(w), tuple(b), tuple(x), ())

    def output_dtypes(self, *dtypes):
        return self._wanted(*(4 * dtypes[:1]))

    def reference(self, x, y, dy, eta, decay, w, b):
        return self._wanted(
            *reference.fully_connected_step(x, y, dy, eta, decay, w, b, self.activation)
        )

    def _wanted(self, *outputs):
        return [output for output, want in zip(outputs, self.wanted(), strict=True) if want]
