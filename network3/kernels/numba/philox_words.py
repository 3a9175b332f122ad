"""Words of 32 random bits, drawn by the counter-based generator Philox4x32-10."""

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.philox import BLOCKS, draw
from network3.kernels.numba.vector import number, put


@jit
def philox_words(like, state):
    """Return words, uint32 in the shape of `like`."""
    if len(state) != 4:
        raise ValueError("philox_words: the state must have four numbers")
    blocks = (like.size + 3) // 4
    result, words = np.empty(4 * blocks, np.uint32), np.empty((4, BLOCKS), np.uint64)
    for first in range(0, blocks, BLOCKS):
        draw(words, first, state)
        for i in range(4):
            for j in range(min(BLOCKS, blocks - first)):
                put(result, i * blocks + first + j, np.uint32(number(words, i * BLOCKS + j)))
    return result[: like.size].reshape(like.shape)
