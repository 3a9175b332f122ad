"""A mask of zeros and ones drawn by MT19937, 624 words at a time."""

import jax.numpy as jnp
import numpy as np
from jax import lax

WORDS, AHEAD = 624, 397


def _twisted(upper, lower, ahead):
    y = (upper & np.uint32(0x80000000)) | (lower & np.uint32(0x7FFFFFFF))
    return ahead ^ (y >> 1) ^ jnp.where(y & 1, np.uint32(0x9908B0DF), np.uint32(0))


def _twist(w):
    """The next 624 words: 227 of them from old ones alone, then 227 from these, then the rest."""
    early = WORDS - AHEAD
    a = _twisted(w[:early], w[1 : early + 1], w[AHEAD:])
    b = _twisted(w[early : 2 * early], w[early + 1 : 2 * early + 1], a)
    c = _twisted(w[2 * early :], jnp.append(w[2 * early + 1 :], a[0]), b[: WORDS - 2 * early])
    return jnp.concatenate([a, b, c])


def _tempered(y):
    y ^= y >> 11
    y ^= (y << 7) & np.uint32(0x9D2C5680)
    y ^= (y << 15) & np.uint32(0xEFC60000)
    return y ^ (y >> 18)


def mersenne_mask(like, state, limit):
    """mask (the shape and dtype of `like`): 1 where the 53 bits drawn are below a number, or, if
    `below` is 0, where they are not; and the state (625,) for the next call.

    limit (3,): the number's bits from 26 on, those before them, and `below`."""
    size = like.size
    if not size:
        return jnp.zeros_like(like), state
    words, position = state[:WORDS], state[WORDS].astype("int32")

    def block(w, _):
        w = _twist(w)
        return w, w

    _, blocks = lax.scan(block, words, None, length=(WORDS - 1 + 2 * size) // WORDS)
    blocks = jnp.concatenate([words[None], blocks])
    drawn = _tempered(lax.dynamic_slice_in_dim(blocks.ravel(), position, 2 * size))
    high, low = drawn[::2] >> 5, drawn[1::2] >> 6
    # JAX may have no integers of 64 bits.
    less = (high < limit[0]) | ((high == limit[0]) & (low < limit[1]))
    mask = (less == (limit[2] != 0)).astype(like.dtype).reshape(like.shape)
    end = position + 2 * size
    last = (end - 1) // WORDS  # NumPy twists only when it needs the next word
    end = (end - WORDS * last).astype("uint32")
    return mask, jnp.append(lax.dynamic_index_in_dim(blocks, last, keepdims=False), end)
