"""A mask of zeros and ones drawn by MT19937."""

import numpy as np

from network3.kernels.numba.compiling import jit

WORDS, AHEAD = 624, 397


@jit
def _twist(w):
    for i in range(WORDS):
        y = (w[i] & 0x80000000) | (w[(i + 1) % WORDS] & 0x7FFFFFFF)
        w[i] = w[(i + AHEAD) % WORDS] ^ (y >> 1) ^ (0x9908B0DF if y & 1 else 0)


@jit
def _tempered(y):
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C5680
    y ^= (y << 15) & 0xEFC60000
    return y ^ (y >> 18)


@jit
def mersenne_mask(like, state, limit):
    """mask (the shape and dtype of `like`): 1 where the 53 bits drawn are below a number, or, if
    `below` is 0, where they are not; and the state (625,) for the next call.

    limit (3,): the number's bits from 26 on, those before them, and `below`."""
    if len(state) != WORDS + 1 or state[WORDS] > WORDS or state[WORDS] % 2:
        raise ValueError(
            "mersenne_mask: the state must be 624 words and an even position among them"
        )
    if len(limit) != 3:
        raise ValueError("mersenne_mask: the limit must have three numbers")
    if limit[0] == 2**31 - 1:
        raise ValueError("mersenne_mask: the probability must lie in [0, 1]")
    threshold, below = (np.int64(limit[0]) << 26) + np.int64(limit[1]), limit[2] != 0
    words, mask = state[:WORDS].astype(np.int64), np.empty(like.size, like.dtype)
    position = np.int64(state[WORDS])
    for i in range(like.size):
        if position == WORDS:
            _twist(words)
            position = 0
        drawn = (_tempered(words[position]) >> 5) << 26 | _tempered(words[position + 1]) >> 6
        mask[i] = (drawn < threshold) == below
        position += 2
    following = np.append(words, position).astype(np.uint32)
    return mask.reshape(like.shape), following
