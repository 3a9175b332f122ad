"""Windows that tile an image without overlap, and the way back."""

import jax.numpy as jnp


def windows(x, ph, pw):
    """(N, C, P, ph, Q, pw) from x (N, C, H, W), less the last H % ph rows and W % pw columns."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    return x[:, :, : P * ph, : Q * pw].reshape(N, C, P, ph, Q, pw)


def spread(y, shape, ph, pw):
    """An array of `shape` (N, C, H, W), its windows filled with y (N, C, P, Q); 0 elsewhere."""
    filled = jnp.repeat(jnp.repeat(y, ph, axis=2), pw, axis=3)
    rows, columns = shape[2] - filled.shape[2], shape[3] - filled.shape[3]
    return jnp.pad(filled, ((0, 0), (0, 0), (0, rows), (0, columns)))
