"""Split maps into windows that do not overlap, and spread numbers over windows."""

import numpy as np


def windows(x, ph, pw):
    """Return (N, C, P, ph, Q, pw) from x (N, C, H, W).

    The last H % ph rows and W % pw columns are left out.
    """
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if P < 1 or Q < 1:
        raise ValueError("pooling: the windows are larger than the feature maps")
    return x[:, :, : P * ph, : Q * pw].reshape(N, C, P, ph, Q, pw)


def spread(y, shape, ph, pw):
    """Return an array of `shape` (N, C, H, W): windows filled with y (N, C, P, Q), 0 elsewhere."""
    P, Q = shape[2] // ph, shape[3] // pw
    if y.shape != (shape[0], shape[1], P, Q):
        raise ValueError(f"pooling gradient: got {y.shape} but pooling gives {(*shape[:2], P, Q)}")
    x = np.zeros(shape, y.dtype)
    x[:, :, : P * ph, : Q * pw] = y.repeat(ph, axis=2).repeat(pw, axis=3)
    return x
