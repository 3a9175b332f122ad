"""Feature maps with the images of the mini-batch innermost, as `kernels/c/maps.h` has them."""

import numpy as np

from network3.kernels.numba.compiling import jit


@jit
def steps(array):
    """The numbers from an entry to the next along each of the first two dimensions."""
    return array.strides[0] // array.itemsize, array.strides[1] // array.itemsize


@jit
def blocks(count, size):
    """In how many blocks of a size so many things fit."""
    return (count + size - 1) // size


@jit
def images_innermost(x):
    """(C, H, W, N) from x (N, C, H, W), a row (W, N) without a gap: in place where it lies so."""
    N, C, H, W = x.shape
    column = N * x.itemsize
    if (N == 1 or x.strides[0] == x.itemsize) and (W == 1 or x.strides[3] == column):
        return x.transpose(1, 2, 3, 0)
    maps = np.empty((C, H, W, N), x.dtype)
    for c in range(C):
        for h in range(H):
            for v in range(W):
                for n in range(N):
                    maps[c, h, v, n] = x[n, c, h, v]
    return maps
