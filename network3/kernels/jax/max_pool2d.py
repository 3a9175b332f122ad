"""Max pooling and its gradient with Theano's tie rule."""

import jax.numpy as jnp

from network3.kernels.jax.windows import spread, windows


def max_pool2d(x, ph, pw):
    """y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    return windows(x, ph, pw).max(axis=(3, 5))


def max_pool2d_gradient(x, y, dy, ph, pw):
    """dx (N, C, H, W): every place that equals its window's maximum gets the whole of dy."""
    return jnp.where(x == spread(y, x.shape, ph, pw), spread(dy, x.shape, ph, pw), 0)
