"""Feature maps in the batch-innermost layout (C, H, W, N); see `kernels/c/maps.h`."""

import numpy as np

from network3.kernels.numba.compiling import jit


@jit
def steps(array):
    """Return the strides of the first two dimensions, counted in numbers."""
    return array.strides[0] // array.itemsize, array.strides[1] // array.itemsize


@jit
def blocks(count, size):
    """Return the number of blocks of a size that hold `count` items."""
    return (count + size - 1) // size


@jit
def images_innermost(x):
    """Return (C, H, W, N) from x (N, C, H, W), with contiguous rows (W, N); copy only if needed."""
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
