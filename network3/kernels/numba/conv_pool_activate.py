"""Convolution, max pooling, bias and activation in one: the two kernels after each other."""

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.conv2d import conv2d
from network3.kernels.numba.pool_activate import pool_activate


@jit
def conv_pool_activate(x, w, b, ph, pw, activation):
    """y (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    y, _ = pool_activate(conv2d(x, w), b, ph, pw, activation)
    return y
