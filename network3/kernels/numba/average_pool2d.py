"""Average pooling over windows that do not overlap, and its gradient.

y[n,c,p,q] = sum over i < ph, j < pw of x[n,c, p*ph+i, q*pw+j] / (ph * pw)
dx         = dy / (ph * pw) in each window, and 0 outside the windows
"""

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.max_pool2d import check_pooled


@jit
def average_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if P < 1 or Q < 1:
        raise ValueError("average_pool2d: the windows are larger than the feature maps")
    y = np.empty((N, C, P, Q), x.dtype)
    for n, c, p, q in np.ndindex(N, C, P, Q):
        total = x.dtype.type(0)
        for i in range(ph):
            for j in range(pw):
                total += x[n, c, p * ph + i, q * pw + j]
        y[n, c, p, q] = total / x.dtype.type(ph * pw)
    return y


@jit
def average_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W) from dy. Only the shapes of x and y are used."""
    check_pooled("average_pool2d_gradient", x, y, dy, ph, pw)
    dx = np.zeros(x.shape, x.dtype)
    for n, c, p, q in np.ndindex(y.shape):
        share = dy[n, c, p, q] / x.dtype.type(ph * pw)
        for i in range(ph):
            for j in range(pw):
                dx[n, c, p * ph + i, q * pw + j] = share
    return dx
