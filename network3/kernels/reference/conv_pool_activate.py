"""Convolution, max pooling, bias and activation in one."""

from network3.kernels.reference.conv2d import conv2d
from network3.kernels.reference.pool_activate import pool_activate


def conv_pool_activate(x, w, b, ph, pw, activation):
    """y (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    y, _ = pool_activate(conv2d(x, w), b, ph, pw, activation)
    return y
