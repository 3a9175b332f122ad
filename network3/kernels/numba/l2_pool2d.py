"""L2 pooling over windows that do not overlap, and its gradient.

y[n,c,p,q] = sqrt(sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j]^2)
dx         = x / y * dy in each window, and 0 where y = 0 and outside the windows
"""

import math

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.max_pool2d import check_pooled


@jit
def l2_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if P < 1 or Q < 1:
        raise ValueError("l2_pool2d: the windows are larger than the feature maps")
    y = np.empty((N, C, P, Q), x.dtype)
    for n, c, p, q in np.ndindex(N, C, P, Q):
        total = x.dtype.type(0)
        for i in range(ph):
            for j in range(pw):
                value = x[n, c, p * ph + i, q * pw + j]
                total += value * value
        y[n, c, p, q] = math.sqrt(total)
    return y


@jit
def l2_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W) from x, y and dy."""
    check_pooled("l2_pool2d_gradient", x, y, dy, ph, pw)
    dx = np.zeros(x.shape, x.dtype)
    for n, c, p, q in np.ndindex(y.shape):
        result = y[n, c, p, q]
        if result != 0:
            for i in range(ph):
                for j in range(pw):
                    at = n, c, p * ph + i, q * pw + j
                    dx[at] = x[at] * (dy[n, c, p, q] / result)
    return dx
