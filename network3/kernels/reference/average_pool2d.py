"""Average pooling, the mean over each window, and its gradient."""

from network3.kernels.reference.windows import spread, windows


def average_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return windows(x, ph, pw).mean(axis=(3, 5))


def average_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W): each place of a window receives an equal share of dy."""
    if y.shape != dy.shape:
        raise ValueError("average_pool2d_gradient: y and dy must have the same shape")
    return spread(dy / (ph * pw), x.shape, ph, pw)
