"""A mask of zeros and ones, drawn by the counter-based generator in philox.py."""

import numpy as np

from network3.kernels.numba.compiling import jit, threaded
from network3.kernels.numba.maps import blocks
from network3.kernels.numba.philox import BLOCKS, HALF, LOW, ONE, draw, words_of
from network3.kernels.numba.vector import number, put


@jit
def dropout_mask(like, state, threshold):
    """Return a mask, in the shape and dtype of `like`, and the state (4,) for the next call.

    The mask is 1 where the random word is at least `threshold`, else 0.
    """
    if len(state) != 4:
        raise ValueError("dropout_mask: the state must have four numbers")
    mask = np.empty((4, blocks(like.size, 4)), like.dtype)
    _some_of_mask(blocks(mask.shape[1], BLOCKS), 20 * like.size, state, threshold, mask)
    k0, k1, low, high = words_of(state)
    call = (high << HALF | low) + ONE
    following = np.array([k0, k1, call & LOW, call >> HALF]).astype(np.uint32)
    return mask.reshape(-1)[: like.size].reshape(like.shape), following


@threaded
@jit
def _some_of_mask(task, state, threshold, mask):
    words, first = np.empty((4, BLOCKS), np.uint64), task * BLOCKS
    draw(words, first, state)
    least, one, zero = np.uint64(threshold), mask.dtype.type(1), mask.dtype.type(0)
    for i in range(4):
        for j in range(min(BLOCKS, mask.shape[1] - first)):
            drawn = number(words, i * BLOCKS + j)
            put(mask, i * mask.shape[1] + first + j, one if drawn >= least else zero)
