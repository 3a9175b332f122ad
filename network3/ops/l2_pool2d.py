"""L2 pooling."""

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.pool2d import Pool2D, Pool2DGradient, pool_size
from network3.ops.windows import spread, window_sum


class L2Pool2DGradient(Pool2DGradient):
    """Compute the gradient of L2 pooling: dx = x / y * dy in each window, 0 where y is 0."""

    kernel = "l2_pool2d_gradient"

    def pullback(self, inputs, outputs, cotangents):
        (x, y, dy), (g,) = inputs, cotangents
        inverse = T.switch(T.eq(y, 0), 0, 1 / T.switch(T.eq(y, 0), 1, y))
        along = window_sum(g * x, self.ph, self.pw) * inverse
        return [
            g * spread(dy * inverse, x, self.ph, self.pw),
            -along * dy * inverse,
            along,
        ]


class L2Pool2D(Pool2D):
    """Compute the square root of the sum of squares of each window.

    y[n,c,p,q] = sqrt(sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j]^2)
    """

    kernel = "l2_pool2d"
    gradient = L2Pool2DGradient
    onnx = ("LpPool", {"p": 2})


def l2_pool2d(x: TensorVariable, poolsize: tuple[int, int] = (2, 2)) -> TensorVariable:
    """Return the square root of the sum of the squares of the activations in each window.

    Arguments, shapes and errors are those of `max_pool2d`. The gradient is 0 if all activations of
    a window are 0, so it is finite everywhere.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 6, "Introducing convolutional
    networks".
    """
    return L2Pool2D(*pool_size("l2_pool2d", poolsize))(x)
