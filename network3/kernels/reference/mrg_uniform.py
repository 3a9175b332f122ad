"""Uniform numbers by MRG31k3p (L'Ecuyer and Touzin, WSC 2000)."""

import numpy as np

M1, M2 = 2147483647, 2147462579


def mrg_uniform(like, rstates):
    """u (the shape and dtype of `like`), number i from row i mod R; and the next rstates (R, 6)."""
    return mrg_uniform_up_to(like, rstates, like.size)


def mrg_uniform_up_to(like, rstates, count):
    """The same, with 1 in place of the numbers from `count` on."""
    if rstates.ndim != 2 or rstates.shape[1] != 6 or not len(rstates):
        raise ValueError("mrg_uniform: the rstates must be rows of six numbers")
    u, x = np.ones(like.size, like.dtype), rstates.T.astype("int64")
    numbers = u[: max(0, int(count))]
    for first in range(0, len(numbers), len(rstates)):
        rows = x[:, : len(numbers) - first]
        y1 = (2**22 * rows[1] + (2**7 + 1) * rows[2]) % M1
        y2 = (2**15 * rows[3] + (2**15 + 1) * rows[5]) % M2
        rows[:] = y1, rows[0].copy(), rows[1].copy(), y2, rows[3].copy(), rows[4].copy()
        z = np.where(y1 > y2, y1 - y2, y1 - y2 + M1)
        numbers[first : first + len(rstates)] = _of_dtype(z, u.dtype)
    return u.reshape(like.shape), x.T.astype("int32")


def _of_dtype(z, dtype):
    if dtype == "float32":  # the float32 below 2**-31, so that no number is 1
        return z.astype("float32") * np.float32(2**-31 * (1 - 2**-24))
    return z * 2**-31 if dtype == "float64" else z
