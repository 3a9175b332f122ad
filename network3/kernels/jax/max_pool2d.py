"""Max pooling and its gradient with Theano's tie rule.

On a CPU, XLA computes the maximum of strided slices with the maps last faster than the maximum over
two axes of a window. It removes transpositions that cancel those of a convolution.
"""

from functools import reduce

import jax.numpy as jnp

from network3.kernels.jax.maps_last import maps_first, maps_last
from network3.kernels.jax.windows import spread


def max_pool2d(x, ph, pw):
    """Return y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    x = maps_last(x)
    H, W = (size // side * side for size, side in zip(x.shape[1:3], (ph, pw), strict=True))
    rows = reduce(jnp.maximum, (x[:, i:H:ph] for i in range(ph)))
    return maps_first(reduce(jnp.maximum, (rows[:, :, j:W:pw] for j in range(pw))))


def max_pool2d_gradient(x, y, dy, ph, pw):
    """Return dx (N, C, H, W): each place that equals the maximum of its window receives dy."""
    tied = maps_last(x) == spread(maps_last(y), x.shape[2:], ph, pw)
    return maps_first(jnp.where(tied, spread(maps_last(dy), x.shape[2:], ph, pw), 0))
