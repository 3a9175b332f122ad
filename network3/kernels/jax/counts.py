"""The smallest count whose cumulative probability is at least u, found by bisection."""

import jax.numpy as jnp
from jax import lax
from jax.scipy.special import betainc, gammaincc


def poisson_count(u, lam):
    """Return counts, in the shape of `u`, from a Poisson distribution with mean `lam`."""
    lam = jnp.asarray(lam, u.dtype)
    highest = jnp.ceil(lam + 12 * jnp.sqrt(lam) + 60)
    return _smallest(lambda k: gammaincc(k + 1, lam) >= u, u, highest)


def binomial_count(u, n, p):
    """Return counts, in the shape of `u`, of successes in `n` trials with probability `p`."""
    n, p = jnp.asarray(n, u.dtype), jnp.asarray(p, u.dtype)

    def reached(k):
        inside = jnp.minimum(k, n - 1)
        return (k >= n) | (betainc(jnp.maximum(n - inside, 1), inside + 1, 1 - p) >= u)

    return _smallest(reached, u, n)


def _smallest(reached, u, highest):
    # 32 halvings find any int32.
    low = jnp.full(u.shape, -1)
    high = jnp.broadcast_to(highest, u.shape).astype(low.dtype)

    def halve(_, bounds):
        low, high = bounds
        middle = jnp.where(high - low > 1, low + (high - low) // 2, high)
        enough = reached(middle.astype(u.dtype))
        return jnp.where(enough, low, jnp.minimum(middle, high - 1)), jnp.where(
            enough, middle, high
        )

    return lax.fori_loop(0, 32, halve, (low, high))[1]
