"""Words of 32 random bits drawn by the counter-based generator Philox4x32-10."""

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.dropout_mask import philox4x32_10


@jit
def philox_words(like, state):
    """words (the shape of `like`) of uint32."""
    if len(state) != 4:
        raise ValueError("philox_words: the state must have four numbers")
    blocks = (like.size + 3) // 4
    k0, k1, low, high = (
        np.uint64(state[0]),
        np.uint64(state[1]),
        np.uint64(state[2]),
        np.uint64(state[3]),
    )
    words = np.empty(4 * blocks, np.uint32)
    for b in range(blocks):
        word = philox4x32_10(np.uint64(b), np.uint64(0), low, high, k0, k1)
        words[b] = word[0]
        words[blocks + b] = word[1]
        words[2 * blocks + b] = word[2]
        words[3 * blocks + b] = word[3]
    return words[: like.size].reshape(like.shape)
