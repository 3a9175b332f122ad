"""Max pooling over windows that do not overlap, and its gradient with Theano's tie rule.

    y[n,c,p,q] = max of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw

The last H % ph rows and W % pw columns belong to no window; their gradient is 0. The maximum of a
window that contains NaN is NaN.
"""

import numpy as np

from network3.kernels.numba.compiling import jit


@jit
def max_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if P < 1 or Q < 1:
        raise ValueError("max_pool2d: the windows are larger than the feature maps")
    y = np.empty((N, C, P, Q), x.dtype)
    for n, c, p, q in np.ndindex(N, C, P, Q):
        most = x[n, c, p * ph, q * pw]
        for i in range(ph):
            for j in range(pw):
                value = x[n, c, p * ph + i, q * pw + j]
                most = value if value > most or value != value else most
        y[n, c, p, q] = most
    return y


@jit
def max_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W): each place that equals the maximum of its window receives dy."""
    check_pooled("max_pool2d_gradient", x, y, dy, ph, pw)
    dx = np.zeros(x.shape, x.dtype)
    for n, c, p, q in np.ndindex(y.shape):
        for i in range(ph):
            for j in range(pw):
                at = n, c, p * ph + i, q * pw + j
                if x[at] == y[n, c, p, q]:
                    dx[at] = dy[n, c, p, q]
    return dx


@jit
def check_pooled(name, x, y, dy, ph, pw):
    """Raise ValueError unless y and dy have the shape of x after pooling."""
    N, C, H, W = x.shape
    if y.shape != dy.shape:
        raise ValueError(name + ": y and dy must have the same shape")
    if y.shape != (N, C, H // ph, W // pw):
        raise ValueError(name + ": y and dy must have the shape of x after pooling")
