"""L2 pooling, the square root of the sum of squares of each window, and its gradient."""

import jax.numpy as jnp

from network3.kernels.jax.maps_last import maps_first, maps_last
from network3.kernels.jax.windows import spread, windows


def l2_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return jnp.sqrt(jnp.square(windows(x, ph, pw)).sum(axis=(3, 5)))


def l2_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W), which is x / y * dy in each window, 0 where y is 0."""
    scale = jnp.where(y == 0, 0, dy / jnp.where(y == 0, 1, y))
    return x * maps_first(spread(maps_last(scale), x.shape[2:], ph, pw))
