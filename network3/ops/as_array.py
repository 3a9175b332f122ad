"""A constant that stays an array in compiled functions."""

from network3.kernels.operator import KernelOp
from network3.ops.inputs import floats


class AsArray(KernelOp):
    """y = x"""

    kernel = "as_array"
    independent_images = True

    def output_shapes(self, x):
        return [tuple(x)]

    def flop(self, x):
        return 0

    def do_constant_folding(self, fgraph, node):
        return False

    def pullback(self, inputs, outputs, cotangents):
        return cotangents

    @classmethod
    def example(cls):
        return cls(), floats((3, 5))


def as_array(x):
    """Return a constant as a variable that PyTensor does not replace by its value.

    PyTensor writes a constant into C code as a number of double precision, also among float32. What
    is computed with it is then rounded otherwise than in Theano, where it was an array.
    """
    return AsArray()(x)
