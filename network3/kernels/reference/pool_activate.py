"""Max pooling, bias and activation in one, and the way back."""

import numpy as np

from network3.kernels.reference.activation import activate, slope
from network3.kernels.reference.max_pool2d import max_pool2d


def pool_activate(x, b, ph, pw, activation):
    """y and ties (N, C, P, Q) from x (N, C, H, W) and b (C,); bit i*pw + j of an entry of ties: the
    window's place (i, j) equals its maximum."""
    if ph * pw >= 8 * x.itemsize:
        raise ValueError("pool_activate: a window has too many places")
    maximum = max_pool2d(x, ph, pw)
    P, Q = maximum.shape[2:]
    ties = np.zeros(maximum.shape, f"int{8 * x.itemsize}")
    for i, j in np.ndindex(ph, pw):
        place = x[:, :, i : P * ph : ph, j : Q * pw : pw]
        ties |= (place == maximum).astype(ties.dtype) << (i * pw + j)
    return activate(activation, maximum + b[:, None, None]), ties


def pool_activate_gradient(x, y, ties, dy, ph, pw, activation):
    """dx (N, C, H, W) and db (C,) from y, ties and dy (N, C, P, Q); of x only the shape counts."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if not y.shape == ties.shape == dy.shape == (N, C, P, Q):
        raise ValueError("pool_activate_gradient: y, ties or dy has not the shape of x pooled")
    d = slope(activation, dy, y)
    dx = np.zeros_like(x)
    for i, j in np.ndindex(ph, pw):
        dx[:, :, i : P * ph : ph, j : Q * pw : pw] = d * (ties >> (i * pw + j) & 1)
    return dx, d.sum(axis=(0, 2, 3))
