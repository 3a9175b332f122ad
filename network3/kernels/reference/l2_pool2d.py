"""L2 pooling, the square root of the sum of squares of each window, and its gradient."""

import numpy as np

from network3.kernels.reference.windows import spread, windows


def l2_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return np.sqrt(np.square(windows(x, ph, pw)).sum(axis=(3, 5)))


def l2_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W), which is x / y * dy in each window, 0 where y is 0."""
    scale = np.divide(dy, y, out=np.zeros_like(dy), where=y != 0)
    return x * spread(scale, x.shape, ph, pw)
