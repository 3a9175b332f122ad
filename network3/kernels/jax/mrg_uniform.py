"""Uniform numbers by MRG31k3p (L'Ecuyer and Touzin, WSC 2000). All sums stay below 2**32."""

import jax.numpy as jnp
import numpy as np
from jax import lax

M1, M2 = np.uint32(2147483647), np.uint32(2147462579)


def _reduced(a, modulus):
    return jnp.minimum(a, a - modulus)  # a - modulus wraps where a is smaller


def _by_2_15(a):
    return _reduced(((a & 65535) << 15) + np.uint32(21069) * (a >> 16), M2)


def _step(x, _=None):
    """The rows after one step, and z (R,) from 1 to M1."""
    x11, x12, x13, x21, x22, x23 = x
    y1 = ((x12 & 511) << 22) + (x12 >> 9) + ((x13 & 16777215) << 7) + (x13 >> 24)
    y1 = _reduced(_reduced(y1, M1) + x13, M1)
    y2 = _reduced(_reduced(_by_2_15(x23) + x23, M2) + _by_2_15(x21), M2)
    z = y1 - y2 + jnp.where(y1 > y2, np.uint32(0), M1)
    return (y1, x11, x12, y2, x21, x22), z.astype("int32")


def mrg_uniform(like, rstates):
    """u (the shape and dtype of `like`), number i from row i mod R; and the next rstates (R, 6)."""
    x = tuple(rstates.astype("uint32").T)
    rounds, rest = divmod(like.size, len(rstates))
    x, z = lax.scan(_step, x, None, length=rounds)
    z = z.ravel()
    if rest:
        some, last = _step(tuple(rows[:rest] for rows in x))
        x = [jnp.concatenate([new, rows[rest:]]) for new, rows in zip(some, x, strict=True)]
        z = jnp.concatenate([z, last])
    return _number(z, like.dtype).reshape(like.shape), jnp.stack(x, axis=1).astype("int32")


def mrg_uniform_up_to(like, rstates, count):
    """The same, with 1 in place of the numbers from `count` on."""
    rows = len(rstates)

    def step(x, first):
        drawn = first + jnp.arange(rows) < count
        after, z = _step(x)
        return tuple(jnp.where(drawn, new, old) for new, old in zip(after, x, strict=True)), z

    x, z = lax.scan(step, tuple(rstates.astype("uint32").T), jnp.arange(0, like.size, rows))
    u = _number(z.ravel()[: like.size], like.dtype)
    u = jnp.where(jnp.arange(like.size) < count, u, jnp.ones((), u.dtype))
    return u.reshape(like.shape), jnp.stack(x, axis=1).astype("int32")


def _number(z, dtype):
    if dtype != "float32":
        return z * np.float64(2**-31) if dtype == "float64" else z
    # z times the float32 below 2**-31 is the float32 below z * 2**-31. Computed like this, nothing
    # is rounded that XLA could round otherwise together with the arithmetic that follows.
    below = lax.bitcast_convert_type(z.astype("float32"), "int32") - 1
    return lax.bitcast_convert_type(below, "float32") * np.float32(2**-31)
