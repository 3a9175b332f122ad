"""A convolutional layer of the book, in one: convolution, max pooling, bias, activation."""

from network3.kernels.c import KernelOp
from network3.kernels.reference import conv_pool_activate as reference
from network3.ops.activation import Activated
from network3.ops.inputs import check_float_arrays


class _ConvPool(Activated, KernelOp):
    numbers = ("ph", "pw", "activation_number")
    __props__: tuple[str, ...] = ("ph", "pw", "activation")

    def __init__(self, ph, pw, activation):
        self.ph, self.pw, self.activation = ph, pw, activation

    def images_innermost(self, output, inputs):
        return "true"


class _Forward(_ConvPool):
    source = "conv_pool_activate.cpp"
    strided = (0,)

    def check(self, x, w, b):
        check_float_arrays("conv_pool_activate", 4, x=x, w=w)
        check_float_arrays("conv_pool_activate", 1, b=b)

    def pooled(self, x, w):
        """The shape of y."""
        (N, _, H, W), (K, _, R, S) = x, w
        return N, K, (H - R + 1) // self.ph, (W - S + 1) // self.pw

    def reference(self, x, w, b):
        return reference.conv_pool_activate(x, w, b, self.ph, self.pw, self.activation)


class ConvPoolActivate(_Forward):
    """y[n,k,p,q] = activation(b[k] + max of z[n,k, p*ph+i, q*pw+j] over i < ph, j < pw), where z is
    the convolution of x and w; and ties, with bit i*pw + j set where place (i, j) of the window
    equals the maximum. z itself is not kept."""

    kernel = "conv_pool_activate"

    def output_shapes(self, x, w, b):
        return 2 * [self.pooled(x, w)]

    def output_dtypes(self, x, *others):
        return [x, x.replace("float", "int")]

    def pullback(self, inputs, outputs, cotangents):
        x, w, _ = inputs
        properties, arguments = (self.ph, self.pw, self.activation), (*outputs, cotangents[0])
        dx = ConvPoolInputGradient(*properties)(x, w, *arguments)
        return [dx, *ConvPoolFilterGradient(*properties)(x, w, *arguments)]


class ShortConvPoolActivate(_Forward):
    """y alone, of images that no gradient is taken for.

    It has no pullback: the convolution may be rounded otherwise from place to place, so that places
    of a window that would tie do not, and which places tie decides where gradients go.
    """

    kernel = "short_conv_pool_activate"

    def output_shapes(self, x, w, b):
        return [self.pooled(x, w)]

    def reference(self, x, w, b):
        return super().reference(x, w, b)[:1]


class ConvPoolFilterGradient(_ConvPool):
    """dw[k,c,r,s] = sum over n, p, q of dz[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s], and db = sum over
    n, p, q of d, where d = dy * activation'(z) and dz is d of its window at every place that ties,
    else 0; of w only the shape counts."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_filter_gradient"
    strided = (0, 1, 2, 3, 4)

    def check(self, x, w, y, ties, dy):
        check_float_arrays("conv_pool_filter_gradient", 4, x=x, w=w, y=y, dy=dy)

    def output_shapes(self, x, w, y, ties, dy):
        return [tuple(w), (w[0],)]

    def output_dtypes(self, x, *others):
        return [x, x]

    def images_innermost(self, output, inputs):
        return "false"

    def reference(self, *arrays):
        return reference.conv_pool_filter_gradient(*arrays, self.ph, self.pw, self.activation)


class ConvPoolInputGradient(_ConvPool):
    """dx[n,c,h,v] = sum over k, r, s of w[k,c,r,s] * dz[n,k, h-R+1+r, v-S+1+s], with dz as in
    ConvPoolFilterGradient; of x only the shape counts."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_input_gradient"
    strided = (0, 2, 3, 4)

    def check(self, x, w, y, ties, dy):
        check_float_arrays("conv_pool_input_gradient", 4, x=x, w=w, y=y, dy=dy)

    def output_shapes(self, x, w, y, ties, dy):
        return [tuple(x)]

    def reference(self, *arrays):
        return (reference.conv_pool_input_gradient(*arrays, self.ph, self.pw, self.activation),)


class ConvPoolFilterStep(_ConvPool):
    """w' = decay * w - eta * dw and b' = b - eta * db, with dw and db as in ConvPoolFilterGradient,
    then, where wanted, the sum of the squares of the old w."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_filter_step"
    strided = (0, 1, 2, 3)
    __props__ = ("ph", "pw", "activation", "squares", "in_place")

    def __init__(self, ph, pw, activation, squares, in_place=False):
        super().__init__(ph, pw, activation)
        self.squares, self.in_place = squares, in_place
        if in_place:
            self.destroy_map = {0: [6], 1: [7]}

    def updated(self):
        return {0: 6, 1: 7}

    def wanted(self):
        return True, True, self.squares

    def images_innermost(self, output, inputs):
        return "false"

    def check(self, x, y, ties, dy, eta, decay, w, b):
        check_float_arrays("conv_pool_filter_step", 4, x=x, y=y, dy=dy, w=w)
        check_float_arrays("conv_pool_filter_step", 0, eta=eta, decay=decay)
        check_float_arrays("conv_pool_filter_step", 1, b=b)

    def output_shapes(self, x, y, ties, dy, eta, decay, w, b):
        return [tuple(w), tuple(b), ()][: 2 + self.squares]

    def output_dtypes(self, x, *others):
        return (2 + self.squares) * [x]

    def reference(self, *arrays):
        results = reference.conv_pool_filter_step(*arrays, self.ph, self.pw, self.activation)
        return results[: 2 + self.squares]
