"""Average pooling, the mean over each window, and its gradient."""

from network3.kernels.jax.maps_last import maps_first, maps_last
from network3.kernels.jax.windows import spread, windows


def average_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return windows(x, ph, pw).sum(axis=(3, 5)) / (ph * pw)


def average_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W): each place of a window receives an equal share of dy."""
    return maps_first(spread(maps_last(dy / (ph * pw)), x.shape[2:], ph, pw))
