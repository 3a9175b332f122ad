"""Windows that tile an image without overlap, in symbols: for gradients of pooling's gradients."""

import numpy as np


def window_sum(x, ph, pw):
    """The sum of each window, (N, C, H // ph, W // pw), from x (N, C, H, W)."""
    return sum(
        x[:, :, i : _end(x, 2, i, ph) : ph, j : _end(x, 3, j, pw) : pw]
        for i, j in np.ndindex(ph, pw)
    )


def spread(y, like, ph, pw):
    """A variable of `like`'s shape (N, C, H, W) whose windows are filled with y; 0 elsewhere."""
    filled = y.repeat(ph, axis=2).repeat(pw, axis=3)
    return like.zeros_like()[:, :, : filled.shape[2], : filled.shape[3]].set(filled)


def _end(x, axis, start, step):
    """Where a strided slice from `start` ends so that it has one entry for each whole window."""
    return x.shape[axis] // step * step - step + start + 1
