"""Convolution, max pooling, bias and activation in one, and the way back: the kernels of each after
each other."""

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.conv2d import conv2d, conv2d_filter_gradient, conv2d_input_gradient
from network3.kernels.numba.pool_activate import pool_activate, pool_activate_gradient


@jit
def conv_pool_activate(x, w, b, ph, pw, activation):
    """y and ties (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    return pool_activate(conv2d(x, w), b, ph, pw, activation)


@jit
def short_conv_pool_activate(x, w, b, ph, pw, activation):
    """y alone."""
    y, _ = pool_activate(conv2d(x, w), b, ph, pw, activation)
    return y


@jit
def conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation):
    """dw (K, C, R, S) and db (K,)."""
    z = _maps(x, w)
    dz, db = pool_activate_gradient(z, y, ties, dy, ph, pw, activation)
    return conv2d_filter_gradient(x, dz), db


@jit
def conv_pool_input_gradient(x, w, y, ties, dy, ph, pw, activation):
    """dx (N, C, H, W)."""
    z = _maps(x, w)
    dz, _ = pool_activate_gradient(z, y, ties, dy, ph, pw, activation)
    return conv2d_input_gradient(dz, w)


@jit
def _maps(x, w):
    """An array, not filled, of the shape of the maps before pooling."""
    (N, _, H, W), (K, _, R, S) = x.shape, w.shape
    return np.empty((N, K, H - R + 1, W - S + 1), x.dtype)
