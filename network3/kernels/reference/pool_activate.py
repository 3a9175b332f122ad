"""Pooling, bias and activation as one operator, and the backward pass."""

import numpy as np

from network3.kernels.reference.activation import activate, slope
from network3.kernels.reference.average_pool2d import average_pool2d
from network3.kernels.reference.max_pool2d import max_pool2d


def pool_activate(x, b, ph, pw, activation, pooling="max"):
    """Return y and ties (N, C, P, Q) from x (N, C, H, W) and b (C,).

    Bit i*pw + j of an entry of ties is set if place (i, j) of the window receives the gradient: the
    places that equal the maximum in max pooling, all places in average pooling.
    """
    if ph * pw >= 8 * x.itemsize:
        raise ValueError(
            "pool_activate: a window may have at most 31 places in float32, 63 in float64"
        )
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
    """Return dx (N, C, H, W) and db (C,) from y, ties and dy (N, C, P, Q).

    Only the shape of x is used.
    """
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if not y.shape == ties.shape == dy.shape == (N, C, P, Q):
        raise ValueError(
            "pool_activate_gradient: y, ties and dy must have the shape of x after pooling"
        )
    d = slope(activation, dy, y)
    of_place = d / (ph * pw) if pooling == "average" else d
    dx = np.zeros_like(x)
    for i, j in np.ndindex(ph, pw):
        dx[:, :, i : P * ph : ph, j : Q * pw : pw] = of_place * (ties >> (i * pw + j) & 1)
    return dx, d.sum(axis=(0, 2, 3))
