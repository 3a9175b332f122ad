"""Split maps into windows that do not overlap, and spread numbers over windows."""

import jax.numpy as jnp


def windows(x, ph, pw):
    """Return (N, C, P, ph, Q, pw) from x (N, C, H, W).

    The last H % ph rows and W % pw columns are left out.
    """
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    return x[:, :, : P * ph, : Q * pw].reshape(N, C, P, ph, Q, pw)


def spread(y, sizes, ph, pw):
    """Return (N, H, W, C) with windows filled with y (N, P, Q, C), and 0 elsewhere."""
    N, P, Q, C = y.shape
    H, W = sizes
    filled = jnp.broadcast_to(y[:, :, None, :, None], (N, P, ph, Q, pw, C))
    borders = (0, 0), (0, H - P * ph), (0, W - Q * pw), (0, 0)
    return jnp.pad(filled.reshape(N, P * ph, Q * pw, C), borders)
