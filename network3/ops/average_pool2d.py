"""Average pooling."""

from pytensor.tensor.variable import TensorVariable

from network3.ops.pool2d import Pool2D, Pool2DGradient, pool_size
from network3.ops.windows import window_sum


class AveragePool2DGradient(Pool2DGradient):
    """Compute the gradient of average pooling: dx = dy / (ph * pw) in each window."""

    kernel = "average_pool2d_gradient"

    def pullback(self, inputs, outputs, cotangents):
        (x, y, _), (g,) = inputs, cotangents
        average = window_sum(g, self.ph, self.pw) / (self.ph * self.pw)
        return [x.zeros_like(), y.zeros_like(), average.astype(g.dtype)]


class AveragePool2D(Pool2D):
    """Compute the mean of each window.

    y[n,c,p,q] = sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j] / (ph * pw)
    """

    kernel = "average_pool2d"
    gradient = AveragePool2DGradient
    onnx = ("AveragePool", {})
    fused = "average"


def average_pool2d(x: TensorVariable, poolsize: tuple[int, int] = (2, 2)) -> TensorVariable:
    """Return the mean of the activations in each window.

    Arguments, shapes and errors are those of `max_pool2d`. The result equals that of Theano's
    `pool_2d(..., ignore_border=True, mode="average_exc_pad")`.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86 (1998).
    """
    return AveragePool2D(*pool_size("average_pool2d", poolsize))(x)
