"""A mask of zeros and ones, drawn by the counter-based generator Philox4x32-10.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11.
"""

import numpy as np


def philox4x32_10(counter, key):
    """Return four words, uint32 (4, ...), from a counter (4, ...) and a key of two words."""
    w0, w1, w2, w3 = (np.asarray(word, np.uint64) for word in counter)
    k0, k1 = (int(word) for word in key)
    low = np.uint64(0xFFFFFFFF)
    for _ in range(10):
        a, b = np.uint64(0xD2511F53) * w0, np.uint64(0xCD9E8D57) * w2
        w0, w1 = (b >> np.uint64(32)) ^ w1 ^ np.uint64(k0), b & low
        w2, w3 = (a >> np.uint64(32)) ^ w3 ^ np.uint64(k1), a & low
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return np.stack([w0, w1, w2, w3]).astype(np.uint32)


def dropout_mask(like, state, threshold):
    """Return a mask, in the shape and dtype of `like`, and the state (4,) for the next call.

    The mask is 1 where the random word is at least `threshold`, else 0.
    """
    if state.shape != (4,):
        raise ValueError("dropout_mask: the state must have four numbers")
    blocks = np.arange((like.size + 3) // 4, dtype=np.uint32)
    zero = np.zeros_like(blocks)
    words = philox4x32_10([blocks, zero, zero + state[2], zero + state[3]], state[:2])
    mask = (words.ravel()[: like.size] >= threshold).astype(like.dtype).reshape(like.shape)
    call = ((int(state[3]) << 32 | int(state[2])) + 1) % 2**64
    return mask, np.array([state[0], state[1], call & 0xFFFFFFFF, call >> 32], np.uint32)
