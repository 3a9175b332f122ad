"""A mask of zeros and ones, drawn by the counter-based generator Philox4x32-10.

By default JAX has no 64-bit integers, so the product of two words is composed of products of their
halves.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax


def _multiply(a, b):
    """Return the high and the low word of the 64-bit product of two uint32."""
    a0, a1, b0, b1 = a & 0xFFFF, a >> 16, b & 0xFFFF, b >> 16
    middle = a1 * b0 + (a0 * b0 >> 16)
    rest = a0 * b1 + (middle & 0xFFFF)
    return a1 * b1 + (middle >> 16) + (rest >> 16), a * b


def philox4x32_10(counter, key):
    """Return four words, uint32 (4, ...), from a counter (4, ...) and a key of two words."""

    def mix(_, state):
        w0, w1, w2, w3, k0, k1 = state
        a_high, a_low = _multiply(np.uint32(0xD2511F53), w0)
        b_high, b_low = _multiply(np.uint32(0xCD9E8D57), w2)
        words = b_high ^ w1 ^ k0, b_low, a_high ^ w3 ^ k1, a_low
        return *words, k0 + np.uint32(0x9E3779B9), k1 + np.uint32(0xBB67AE85)

    # On an accelerator ten unrolled rounds become one kernel. On a CPU XLA would compute an
    # unrolled round again for each word that uses it.
    written_out = jax.default_backend() != "cpu"
    return jnp.stack(lax.fori_loop(0, 10, mix, (*counter, *key), unroll=written_out)[:4])


def dropout_mask(like, state, threshold):
    """Return a mask, in the shape and dtype of `like`, and the state (4,) for the next call.

    The mask is 1 where the random word is at least `threshold`, else 0.
    """
    blocks = jnp.arange((like.size + 3) // 4, dtype=jnp.uint32)
    zero = jnp.zeros_like(blocks)
    words = philox4x32_10([blocks, zero, zero + state[2], zero + state[3]], state[:2])
    # If p_dropout is so close to 1 that the threshold is rounded to 2^32, nothing is kept.
    keep = words >= np.uint32(threshold) if threshold < 2**32 else jnp.zeros_like(words)
    mask = keep.ravel()[: like.size].astype(like.dtype).reshape(like.shape)
    low = state[2] + np.uint32(1)
    high = state[3] + (low == 0).astype(jnp.uint32)
    return mask, jnp.stack([state[0], state[1], low, high])
