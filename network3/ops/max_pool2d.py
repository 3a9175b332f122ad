"""Max pooling with Theano's tie rule."""

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.pool2d import Pool2D, Pool2DGradient, pool_size
from network3.ops.windows import spread, window_sum


class MaxPool2DGradient(Pool2DGradient):
    """Compute the gradient of max pooling: dx = dy of the window where x equals y, else 0."""

    kernel = "max_pool2d_gradient"

    def pullback(self, inputs, outputs, cotangents):
        (x, y, _), (g,) = inputs, cotangents
        at_maximum = T.eq(x, spread(y, x, self.ph, self.pw))
        return [x.zeros_like(), y.zeros_like(), window_sum(g * at_maximum, self.ph, self.pw)]


class MaxPool2D(Pool2D):
    """Compute the maximum of each window.

    y[n,c,p,q] = max of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw
    """

    kernel = "max_pool2d"
    gradient = MaxPool2DGradient
    onnx = ("MaxPool", {})
    fused = "max"


def max_pool2d(x: TensorVariable, poolsize: tuple[int, int] = (2, 2)) -> TensorVariable:
    """Return the largest activation in each window.

    Windows do not overlap. Rows and columns that do not fill a window are ignored, as in Theano's
    `pool_2d(..., ignore_border=True)`. The maximum of a window that contains NaN is NaN. Every
    entry that equals the maximum of its window receives the full gradient, as in Theano (JAX and
    PyTorch choose the first). Such ties are common, because the blank background of MNIST gives
    equal activations.

    Parameters
    ----------
    x : 4-D variable (N, C, H, W), float32 or float64
    poolsize : (ph, pw)
        Height and width of a window, 1 <= ph <= H, 1 <= pw <= W.

    Returns
    -------
    4-D variable (N, C, H // ph, W // pw)

    Raises
    ------
    TypeError, ValueError
        If x has another number of dimensions or another dtype, or the windows do not fit into it.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """
    return MaxPool2D(*pool_size("max_pool2d", poolsize))(x)
