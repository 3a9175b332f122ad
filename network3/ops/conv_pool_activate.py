"""A convolutional layer as one operator: convolution, pooling, bias and activation."""

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
        """Return the shape of y."""
        (N, _, H, W), (K, _, R, S) = x, w
        return N, K, (H - R + 1) // self.ph, (W - S + 1) // self.pw

    @classmethod
    def example(cls):
        return cls(2, 3, "ReLU"), floats((3, 2, 5, 7), (4, 2, 2, 3), (4,))


class ConvPoolActivate(_Forward):
    """Compute a convolutional layer, and where its gradient goes.

    y[n,k,p,q] = activation(b[k] + pooling of z[n,k, p*ph+i, q*pw+j] over i < ph, j < pw)

    where z is the convolution of x and w, which is not stored. The second output, ties, has bit
    i * pw + j set for every place (i, j) of the window that receives the gradient: the places that
    equal the maximum in max pooling, all places in average pooling.
    """

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
    """Compute y of `ConvPoolActivate` alone, for evaluation.

    It has no pullback. Its kernel may use a Toom-Cook (Winograd) convolution, which rounds
    differently from column to column, so equal places of a window may differ in the last digit. In
    training they must stay equal, because ties decide where the gradient goes.
    """

    kernel = "short_conv_pool_activate"

    def output_shapes(self, x, w, b):
        return [self.pooled(x, w)]


class ConvPoolFilterGradient(_ConvPool):
    """Compute the gradients of a convolutional layer with respect to the filters and the bias.

    dw[k,c,r,s] = sum over n, p, q of dz[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s]

    db = sum over n, p, q of d

    where d = dy * activation'(z), and dz is d of its window (d / (ph * pw) in average pooling) at
    every place marked in ties, else 0. Only the shape of w is used.
    """

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
    """Compute the gradient of a convolutional layer with respect to the images.

    dx[n,c,h,v] = sum over k, r, s of w[k,c,r,s] * dz[n,k, h-R+1+r, v-S+1+s]

    with dz as in `ConvPoolFilterGradient`. Only the shape of x is used.
    """

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
    """Compute an SGD update of the filters and the bias of a convolutional layer.

    w' = decay * w - eta * dw and b' = b - eta * db, with dw and db as in `ConvPoolFilterGradient`.
    If `squares` is true, a third output is the sum of the squares of the old w.
    """

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
    """Return variables x, w, y, ties and dy of matching shapes."""
    x, w, y, dy = floats((3, 2, 5, 7), (4, 2, 2, 3), (3, 4, 2, 2), (3, 4, 2, 2))
    return [x, w, y, tensor(dtype="int32", shape=y.type.shape), dy]
