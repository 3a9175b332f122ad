"""Convolution, pooling, bias and activation as one operator, and the backward pass."""

import numpy as np

from network3.kernels.reference.conv2d import (
    conv2d,
    conv2d_filter_gradient,
    conv2d_input_gradient,
)
from network3.kernels.reference.pool_activate import pool_activate, pool_activate_gradient


def conv_pool_activate(x, w, b, ph, pw, activation, pooling="max"):
    """Return y and ties (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    return pool_activate(conv2d(x, w), b, ph, pw, activation, pooling)


def short_conv_pool_activate(x, w, b, ph, pw, activation, pooling="max"):
    """Return y alone."""
    y, _ = conv_pool_activate(x, w, b, ph, pw, activation, pooling)
    return y


def conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation, pooling="max"):
    """Return dw (K, C, R, S) and db (K,). Only the shape of w is used."""
    dz, db = _before_pooling(x, w, y, ties, dy, ph, pw, activation, pooling)
    return conv2d_filter_gradient(x, dz), db


def conv_pool_filter_step(x, y, ties, dy, eta, decay, w, b, ph, pw, activation, pooling="max"):
    """Return the new w and b, and the sum of the squares of the old w."""
    if len(b) != len(w):
        raise ValueError("conv_pool_filter_step: there must be one bias per filter")
    dw, db = conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation, pooling)
    return decay * w - eta * dw, b - eta * db, (w * w).sum()


def conv_pool_input_gradient(x, w, y, ties, dy, ph, pw, activation, pooling="max"):
    """Return dx (N, C, H, W). Only the shape of x is used."""
    dz, _ = _before_pooling(x, w, y, ties, dy, ph, pw, activation, pooling)
    return conv2d_input_gradient(dz, w)


def _before_pooling(x, w, y, ties, dy, ph, pw, activation, pooling):
    (N, _, H, W), (K, _, R, S) = x.shape, w.shape
    z = np.empty((N, K, H - R + 1, W - S + 1), x.dtype)
    return pool_activate_gradient(z, y, ties, dy, ph, pw, activation, pooling)
