"""Uniform numbers by MRG31k3p (L'Ecuyer and Touzin, WSC 2000)."""

import numpy as np

from network3.kernels.numba.compiling import jit

M1, M2 = np.int64(2147483647), np.int64(2147462579)


@jit
def _reduced(a, modulus):
    return a - modulus if a >= modulus else a


@jit
def _by_2_15(a):
    return _reduced(((a & 65535) << 15) + 21069 * (a >> 16), M2)


@jit
def mrg_uniform(like, rstates):
    """u (the shape and dtype of `like`), number i from row i mod R; and the next rstates (R, 6)."""
    return _drawn(like, rstates, like.size)


@jit
def mrg_uniform_up_to(like, rstates, count):
    """The same, with 1 in place of the numbers from `count` on."""
    return _drawn(like, rstates, min(like.size, count[()]))


@jit
def _drawn(like, rstates, size):
    if rstates.shape[1] != 6 or len(rstates) == 0:
        raise ValueError("mrg_uniform: the rstates must be rows of six numbers")
    x, u = rstates.T.astype(np.int64), np.ones(like.size, like.dtype)
    # In float32 the number below 2**-31, so that no number is 1. In int32 it is 0: not used.
    scale = u.dtype.type(2**-31 if u.itemsize == 8 else 2**-31 * (1 - 2**-24))
    for first in range(0, size, len(rstates)):
        for r in range(min(len(rstates), size - first)):
            x12, x13 = x[1, r], x[2, r]
            y1 = ((x12 & 511) << 22) + (x12 >> 9) + ((x13 & 16777215) << 7) + (x13 >> 24)
            y1 = _reduced(_reduced(y1, M1) + x13, M1)
            x21, x23 = x[3, r], x[5, r]
            y2 = _reduced(_reduced(_by_2_15(x23) + x23, M2) + _by_2_15(x21), M2)
            x[2, r], x[1, r], x[0, r] = x12, x[0, r], y1
            x[5, r], x[4, r], x[3, r] = x[4, r], x21, y2
            z = y1 - y2 if y1 > y2 else y1 - y2 + M1
            u[first + r] = z if scale == 0 else u.dtype.type(z) * scale
    return u.reshape(like.shape), x.T.astype(np.int32)
