"""Symbolic operations on windows that do not overlap, for second derivatives of pooling."""

import numpy as np


def window_sum(x, ph, pw):
    """Return the sum of each window, (N, C, H // ph, W // pw), of x (N, C, H, W)."""
    return sum(
        x[:, :, i : _end(x, 2, i, ph) : ph, j : _end(x, 3, j, pw) : pw]
        for i, j in np.ndindex(ph, pw)
    )


def spread(y, like, ph, pw):
    """Return a variable shaped like `like` (N, C, H, W): windows filled with y, 0 elsewhere."""
    filled = y.repeat(ph, axis=2).repeat(pw, axis=3)
    return like.zeros_like()[:, :, : filled.shape[2], : filled.shape[3]].set(filled)


def _end(x, axis, start, step):
    """Return the end of a strided slice from `start` that has one entry per complete window."""
    return x.shape[axis] // step * step - step + start + 1
