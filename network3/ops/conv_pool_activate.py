"""A convolutional layer of the book, in one, for images that no gradient is taken for."""

from network3.kernels.c import KernelOp
from network3.kernels.reference import conv_pool_activate as reference
from network3.ops.activation import Activated
from network3.ops.checks import check_float_arrays


class ConvPoolActivate(Activated, KernelOp):
    """y[n,k,p,q] = activation(b[k] + max of z[n,k, p*ph+i, q*pw+j] over i < ph, j < pw), where z is
    the convolution of x and w.

    It has no pullback: the convolution may be rounded otherwise from place to place, so that places
    of a window that would tie do not, and which places tie decides where gradients go.
    """

    source = "conv_pool_activate.cpp"
    kernel = "conv_pool_activate"
    numbers = ("ph", "pw", "activation_number")
    strided = (0,)
    __props__ = ("ph", "pw", "activation")

    def __init__(self, ph, pw, activation):
        self.ph, self.pw, self.activation = ph, pw, activation

    def check(self, x, w, b):
        check_float_arrays("conv_pool_activate", 4, x=x, w=w)
        check_float_arrays("conv_pool_activate", 1, b=b)

    def output_shapes(self, x, w, b):
        (N, _, H, W), (K, _, R, S) = x, w
        return [(N, K, (H - R + 1) // self.ph, (W - S + 1) // self.pw)]

    def images_innermost(self, output, inputs):
        return "true"

    def reference(self, x, w, b):
        return (reference.conv_pool_activate(x, w, b, self.ph, self.pw, self.activation),)
