"""True convolution and its two gradients, written as sums over windows."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def conv2d(x, w):
    """Return y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S)."""
    if w.shape[1] != x.shape[1]:
        raise ValueError(
            "conv2d: the filters and the images must have the same number of feature maps"
        )
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        raise ValueError("conv2d: the filters are larger than the images")
    windows = sliding_window_view(x, w.shape[2:], axis=(2, 3))  # (N, C, P, Q, R, S)
    y = np.tensordot(windows, w[:, :, ::-1, ::-1], axes=((1, 4, 5), (1, 2, 3)))  # (N, P, Q, K)
    return y.transpose(0, 3, 1, 2)


def conv2d_input_gradient(dy, w):
    """Return dx (N, C, H, W) from dy (N, K, P, Q) and w (K, C, R, S)."""
    if dy.shape[1] != w.shape[0]:
        raise ValueError(
            "conv2d_input_gradient: dy must have as many feature maps as there are filters"
        )
    R, S = w.shape[2:]
    padded = np.pad(dy, ((0, 0), (0, 0), (R - 1, R - 1), (S - 1, S - 1)))
    windows = sliding_window_view(padded, (R, S), axis=(2, 3))  # (N, K, H, W, R, S)
    dx = np.tensordot(windows, w, axes=((1, 4, 5), (0, 2, 3)))  # (N, H, W, C)
    return dx.transpose(0, 3, 1, 2)


def conv2d_filter_gradient(x, dy):
    """Return dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q)."""
    if dy.shape[0] != x.shape[0]:
        raise ValueError("conv2d_filter_gradient: x and dy must have the same number of images")
    if dy.shape[2] > x.shape[2] or dy.shape[3] > x.shape[3]:
        raise ValueError("conv2d_filter_gradient: dy is larger than the images")
    windows = sliding_window_view(x, dy.shape[2:], axis=(2, 3))  # (N, C, R, S, P, Q)
    dw = np.tensordot(dy, windows, axes=((0, 2, 3), (0, 4, 5)))  # (K, C, R, S)
    return dw[:, :, ::-1, ::-1]
