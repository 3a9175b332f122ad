"""A convolutional layer of the book, in one: convolution, pooling, bias, activation."""

from pytensor.tensor.type import tensor

from network3.kernels.operator import KernelOp
from network3.ops.conv2d import convolution_flop
from network3.ops.inputs import check_float_arrays, floats


class _ConvPool(KernelOp):
    numbers = ("ph", "pw", "activation")
    constants = ("pooling",)
    __props__: tuple[str, ...] = (*numbers, *constants)

    def __init__(self, ph, pw, activation, pooling="max"):
        self.ph, self.pw, self.activation, self.pooling = ph, pw, activation, pooling

    def images_innermost(self, output, inputs):
        return "true"

    def flop(self, x, w, *others):
        return convolution_flop(x, w)


class _Forward(_ConvPool):
    strided = (0,)
    independent_images = True

    def check(self, x, w, b):
        check_float_arrays("conv_pool_activate", 4, x=x, w=w)
        check_float_arrays("conv_pool_activate", 1, b=b)

    def pooled(self, x, w):
        """The shape of y."""
        (N, _, H, W), (K, _, R, S) = x, w
        return N, K, (H - R + 1) // self.ph, (W - S + 1) // self.pw

    @classmethod
    def example(cls):
        return cls(2, 3, "ReLU"), floats((3, 2, 5, 7), (4, 2, 2, 3), (4,))


class ConvPoolActivate(_Forward):
    """y[n,k,p,q] = activation(b[k] + pooling of z[n,k, p*ph+i, q*pw+j] over i < ph, j < pw), where
    z is the convolution of x and w; and ties, with bit i*pw + j set for every place (i, j) of the
    window that gets the gradient: those that equal the maximum, or all for the average. z itself is
    not kept."""

    kernel = "conv_pool_activate"

    def output_shapes(self, x, w, b):
        return 2 * [self.pooled(x, w)]

    def output_dtypes(self, x, *others):
        return [x, x.replace("float", "int")]

    def pullback(self, inputs, outputs, cotangents):
        x, w, _ = inputs
        properties = self.ph, self.pw, self.activation, self.pooling
        arguments = *outputs, cotangents[0]
        dx = ConvPoolInputGradient(*properties)(x, w, *arguments)
        return [dx, *ConvPoolFilterGradient(*properties)(x, w, *arguments)]


class ShortConvPoolActivate(_Forward):
    """y alone, of images that no gradient is taken for.

    It has no pullback: the convolution may be rounded differently from place to place, so that
    places of a window that would tie do not, and which places tie decides where gradients go.
    """

    kernel = "short_conv_pool_activate"

    def output_shapes(self, x, w, b):
        return [self.pooled(x, w)]


class ConvPoolFilterGradient(_ConvPool):
    """dw[k,c,r,s] = sum over n, p, q of dz[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s], and db = sum over
    n, p, q of d, where d = dy * activation'(z) and dz is d of its window (d / (ph * pw) for the
    average) at every place that ties, else 0; of w only the shape counts."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_filter_gradient"
    strided = (0, 1, 2, 3, 4)
    independent_images = False

    def check(self, x, w, y, ties, dy):
        check_float_arrays("conv_pool_filter_gradient", 4, x=x, w=w, y=y, dy=dy)

    def output_shapes(self, x, w, y, ties, dy):
        return [tuple(w), (w[0],)]

    def output_dtypes(self, x, *others):
        return [x, x]

    def images_innermost(self, output, inputs):
        return "false"

    @classmethod
    def example(cls):
        return cls(2, 2, "ReLU"), _backward_example()


class ConvPoolInputGradient(_ConvPool):
    """dx[n,c,h,v] = sum over k, r, s of w[k,c,r,s] * dz[n,k, h-R+1+r, v-S+1+s], with dz as in
    ConvPoolFilterGradient; of x only the shape counts."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_input_gradient"
    strided = (0, 2, 3, 4)
    independent_images = False

    def check(self, x, w, y, ties, dy):
        check_float_arrays("conv_pool_input_gradient", 4, x=x, w=w, y=y, dy=dy)

    def output_shapes(self, x, w, y, ties, dy):
        return [tuple(x)]

    @classmethod
    def example(cls):
        return cls(2, 2, "ReLU"), _backward_example()


class ConvPoolFilterStep(_ConvPool):
    """w' = decay * w - eta * dw and b' = b - eta * db, with dw and db as in ConvPoolFilterGradient,
    then, if `squares`, the sum of the squares of the old w."""

    source = "conv_pool_gradients.cpp"
    kernel = "conv_pool_filter_step"
    strided = (0, 1, 2, 3)
    independent_images = False
    __props__ = (*_ConvPool.__props__, "squares", "in_place")

    def __init__(self, ph, pw, activation, pooling="max", *, squares, in_place=False):
        super().__init__(ph, pw, activation, pooling)
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
        return [tuple(w), tuple(b), ()]

    def output_dtypes(self, x, *others):
        return [x, x, x]

    def flop(self, x, y, ties, dy, eta, decay, w, b):
        return convolution_flop(x, w)

    @classmethod
    def example(cls):
        x, w, y, ties, dy = _backward_example()
        return cls(2, 2, "ReLU", squares=True), [x, y, ties, dy, *floats((), ()), w, *floats((4,))]


def _backward_example():
    """x, w, y, ties and dy."""
    x, w, y, dy = floats((3, 2, 5, 7), (4, 2, 2, 3), (3, 4, 2, 2), (3, 4, 2, 2))
    return [x, w, y, tensor(dtype="int32", shape=y.type.shape), dy]
