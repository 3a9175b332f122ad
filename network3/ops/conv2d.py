"""True convolution and its two gradients.

The three operators are closed under differentiation: the pullback of each is composed of the other
two, so second and higher derivatives need no further operators. Each gradient is a separate
operator, so a gradient that is not used is never computed.
"""

from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, differ, exceeds, floats


def convolution_flop(x, w):
    """Return the floating-point operations of a convolution of shapes x and w, or of a gradient."""
    (N, C, H, W), (K, _, R, S) = x, w
    return 2 * N * K * C * R * S * (H - R + 1) * (W - S + 1)


class Conv2D(KernelOp):
    """Convolve images x with filters w.

    y[n,k,p,q] = sum over c, r, s of w[k,c,r,s] * x[n,c, p+R-1-r, q+S-1-s]
    """

    kernel = "conv2d"
    strided = (0,)
    independent_images = True

    def check(self, x, w):
        check_float_arrays("conv2d", 4, x=x, w=w)
        (_, C, H, W), (_, maps, R, S) = x.type.shape, w.type.shape
        if differ(C, maps):
            raise ValueError(
                f"conv2d got images with {C} feature maps but filters for {maps}: "
                f"x.shape[1] must equal w.shape[1]"
            )
        if exceeds(R, H) or exceeds(S, W):
            raise ValueError(
                f"conv2d got filters of {R} x {S} for images of {H} x {W}: a filter must fit "
                f"into an image"
            )

    def output_shapes(self, x, w):
        return [(x[0], w[0], x[2] - w[2] + 1, x[3] - w[3] + 1)]

    def flop(self, x, w):
        return convolution_flop(x, w)

    @classmethod
    def example(cls):
        return cls(), floats((3, 2, 5, 7), (4, 2, 2, 3))

    def images_innermost(self, output, inputs):
        return "true"

    def pullback(self, inputs, outputs, cotangents):
        (x, w), (dy,) = inputs, cotangents
        return [conv2d_input_gradient(dy, w), conv2d_filter_gradient(x, dy)]


class Conv2DInputGradient(KernelOp):
    """Compute the gradient of a convolution with respect to the images.

    dx[n,c,h,v] = sum over k, r, s of w[k,c,r,s] * dy[n,k, h-R+1+r, v-S+1+s]
    """

    kernel = "conv2d_input_gradient"
    strided = (0,)
    independent_images = True

    def check(self, dy, w):
        check_float_arrays("conv2d_input_gradient", 4, dy=dy, w=w)
        K, filters = dy.type.shape[1], w.type.shape[0]
        if differ(K, filters):
            raise ValueError(
                f"conv2d_input_gradient got dy with {K} feature maps but {filters} filters: "
                f"dy.shape[1] must equal w.shape[0]"
            )

    def output_shapes(self, dy, w):
        return [(dy[0], w[1], dy[2] + w[2] - 1, dy[3] + w[3] - 1)]

    def flop(self, dy, w):
        return convolution_flop(*self.output_shapes(dy, w), w)

    @classmethod
    def example(cls):
        return cls(), floats((3, 4, 4, 5), (4, 2, 2, 3))

    def images_innermost(self, output, inputs):
        return "true"

    def pullback(self, inputs, outputs, cotangents):
        (dy, w), (g,) = inputs, cotangents
        return [conv2d(g, w), conv2d_filter_gradient(g, dy)]


class Conv2DFilterGradient(KernelOp):
    """Compute the gradient of a convolution with respect to the filters.

    dw[k,c,r,s] = sum over n, p, q of dy[n,k,p,q] * x[n,c, p+R-1-r, q+S-1-s]
    """

    kernel = "conv2d_filter_gradient"
    strided = (0, 1)
    independent_images = False

    def check(self, x, dy):
        check_float_arrays("conv2d_filter_gradient", 4, x=x, dy=dy)
        (N, _, H, W), (images, _, P, Q) = x.type.shape, dy.type.shape
        if differ(N, images):
            raise ValueError(
                f"conv2d_filter_gradient got {N} images but dy for {images}: "
                f"x.shape[0] must equal dy.shape[0]"
            )
        if exceeds(P, H) or exceeds(Q, W):
            raise ValueError(
                f"conv2d_filter_gradient got dy of {P} x {Q} for images of {H} x {W}: "
                f"the output of a convolution is not larger than its images"
            )

    def output_shapes(self, x, dy):
        return [(dy[1], x[1], x[2] - dy[2] + 1, x[3] - dy[3] + 1)]

    def flop(self, x, dy):
        return convolution_flop(x, *self.output_shapes(x, dy))

    @classmethod
    def example(cls):
        return cls(), floats((3, 2, 5, 7), (3, 4, 4, 5))

    def pullback(self, inputs, outputs, cotangents):
        (x, dy), (g,) = inputs, cotangents
        return [conv2d_input_gradient(dy, g), conv2d(x, g)]


def conv2d(x: TensorVariable, w: TensorVariable) -> TensorVariable:
    """Return the convolution of images with filters, as Theano's `nnet.conv2d` computes it.

    It is a true convolution, which flips the filters (JAX and PyTorch correlate). Images are not
    padded ("valid"), the stride is 1, and the results for all input maps are summed.

    Parameters
    ----------
    x : 4-D variable (N, C, H, W), float32 or float64
        N images with C feature maps of H x W.
    w : 4-D variable (K, C, R, S), of the dtype of `x`
        K filters of R x S for C feature maps.

    Returns
    -------
    4-D variable (N, K, H - R + 1, W - S + 1)

    Raises
    ------
    TypeError, ValueError
        If the dimensions, dtypes or sizes do not match: at once for known sizes, otherwise when the
        convolution is computed.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """
    return Conv2D()(x, w)


def conv2d_input_gradient(dy: TensorVariable, w: TensorVariable) -> TensorVariable:
    """Return the gradient of a cost with respect to the images of `conv2d`.

    Parameters
    ----------
    dy : 4-D variable (N, K, P, Q)
        The gradient of the cost with respect to the output of the convolution.
    w : 4-D variable (K, C, R, S)
        The filters.

    Returns
    -------
    4-D variable (N, C, P + R - 1, Q + S - 1)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d`.
    """
    return Conv2DInputGradient()(dy, w)


def conv2d_filter_gradient(x: TensorVariable, dy: TensorVariable) -> TensorVariable:
    """Return the gradient of a cost with respect to the filters of `conv2d`.

    Parameters
    ----------
    x : 4-D variable (N, C, H, W)
        The images.
    dy : 4-D variable (N, K, P, Q)
        The gradient of the cost with respect to the output of the convolution.

    Returns
    -------
    4-D variable (K, C, H - P + 1, W - Q + 1)

    Raises
    ------
    TypeError, ValueError
        As for `conv2d`.
    """
    return Conv2DFilterGradient()(x, dy)
