"""A mask of zeros and ones drawn by the counter-based generator Philox4x32-10.

J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11.
"""

import numpy as np

from network3.kernels.numba.compiling import jit

# 64-bit numbers without sign, each with one word of 32 bits: Numba mixes others to floats.
LOW, HALF, ONE = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(1)
A, B = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
KEY0, KEY1 = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@jit
def philox4x32_10(w0, w1, w2, w3, k0, k1):
    """Four words from a counter of four words and a key of two."""
    for _ in range(10):
        a, b = A * w0, B * w2
        w0, w1 = (b >> HALF) ^ w1 ^ k0, b & LOW
        w2, w3 = (a >> HALF) ^ w3 ^ k1, a & LOW
        k0, k1 = (k0 + KEY0) & LOW, (k1 + KEY1) & LOW
    return w0, w1, w2, w3


@jit
def dropout_mask(like, state, threshold):
    """mask (the shape and dtype of `like`): 1 where the word drawn is at least `threshold`, else 0;
    and the state (4,) for the next call."""
    if len(state) != 4:
        raise ValueError("dropout_mask: the state must have four numbers")
    blocks, least = (like.size + 3) // 4, np.uint64(threshold)
    k0, k1, low, high = (
        np.uint64(state[0]),
        np.uint64(state[1]),
        np.uint64(state[2]),
        np.uint64(state[3]),
    )
    mask = np.empty(4 * blocks, like.dtype)
    for b in range(blocks):
        word = philox4x32_10(np.uint64(b), np.uint64(0), low, high, k0, k1)
        mask[b] = word[0] >= least
        mask[blocks + b] = word[1] >= least
        mask[2 * blocks + b] = word[2] >= least
        mask[3 * blocks + b] = word[3] >= least
    call = (high << HALF | low) + ONE
    following = np.array([k0, k1, call & LOW, call >> HALF]).astype(np.uint32)
    return mask[: like.size].reshape(like.shape), following
