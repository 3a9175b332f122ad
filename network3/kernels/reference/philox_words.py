"""Words of 32 random bits, drawn by the counter-based generator Philox4x32-10."""

import numpy as np

from network3.kernels.reference.dropout_mask import philox4x32_10


def philox_words(like, state):
    """Return words, uint32 in the shape of `like`."""
    if state.shape != (4,):
        raise ValueError("philox_words: the state must have four numbers")
    blocks = np.arange((like.size + 3) // 4, dtype=np.uint32)
    zero = np.zeros_like(blocks)
    words = philox4x32_10([blocks, zero, zero + state[2], zero + state[3]], state[:2])
    return words.ravel()[: like.size].reshape(like.shape)
