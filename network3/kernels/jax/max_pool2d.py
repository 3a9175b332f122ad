"""Max pooling and its gradient with Theano's tie rule.

With the maps last, and by strided slices, XLA pools on a CPU faster than over an axis for each side
of the windows; it removes the transpositions that meet those of a convolution.
"""

from functools import reduce

import jax.numpy as jnp

from network3.kernels.jax.maps_last import maps_first, maps_last
from network3.kernels.jax.windows import spread


def max_pool2d(x, ph, pw):
    """y (N, C, H // ph, W // pw) from x (N, C, H, W)."""
    x = maps_last(x)
    H, W = (size // side * side for size, side in zip(x.shape[1:3], (ph, pw), strict=True))
    rows = reduce(jnp.maximum, (x[:, i:H:ph] for i in range(ph)))
    return maps_first(reduce(jnp.maximum, (rows[:, :, j:W:pw] for j in range(pw))))


def max_pool2d_gradient(x, y, dy, ph, pw):
    """dx (N, C, H, W): every place that equals its window's maximum gets the whole of dy."""
    tied = maps_last(x) == spread(maps_last(y), x.shape[2:], ph, pw)
    return maps_first(jnp.where(tied, spread(maps_last(dy), x.shape[2:], ph, pw), 0))
