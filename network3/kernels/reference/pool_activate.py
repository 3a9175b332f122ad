"""Pooling, bias and activation in one, and the backward pass."""

import numpy as np

from network3.kernels.reference.activation import activate, slope
from network3.kernels.reference.average_pool2d import average_pool2d
from network3.kernels.reference.max_pool2d import max_pool2d


def pool_activate(x, b, ph, pw, activation, pooling="max"):
    """y and ties (N, C, P, Q) from x (N, C, H, W) and b (C,); bit i*pw + j of an entry of ties: the
    window's place (i, j) gets the gradient, as those that equal the maximum do, and all of a
    mean."""
    if ph * pw >= 8 * x.itemsize:
        raise ValueError("pool_activate: a window has too many places")
    bits = f"int{8 * x.itemsize}"
    if pooling == "average":
        mean = average_pool2d(x, ph, pw)
        all_places = np.full(mean.shape, 2 ** (ph * pw) - 1, bits)
        return activate(activation, mean + b[:, None, None]), all_places
    maximum = max_pool2d(x, ph, pw)
    P, Q = maximum.shape[2:]
    ties = np.zeros(maximum.shape, bits)
    for i, j in np.ndindex(ph, pw):
        place = x[:, :, i : P * ph : ph, j : Q * pw : pw]
        ties |= (place == maximum).astype(ties.dtype) << (i * pw + j)
    return activate(activation, maximum + b[:, None, None]), ties


def pool_activate_gradient(x, y, ties, dy, ph, pw, activation, pooling="max"):
    """dx (N, C, H, W) and db (C,) from y, ties and dy (N, C, P, Q); of x only the shape counts."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if not y.shape == ties.shape == dy.shape == (N, C, P, Q):
        raise ValueError("pool_activate_gradient: y, ties or dy has not the shape of x pooled")
    d = slope(activation, dy, y)
    of_place = d / (ph * pw) if pooling == "average" else d
    dx = np.zeros_like(x)
    for i, j in np.ndindex(ph, pw):
        dx[:, :, i : P * ph : ph, j : Q * pw : pw] = of_place * (ties >> (i * pw + j) & 1)
    return dx, d.sum(axis=(0, 2, 3))
