"""The smallest count whose cumulative probability is at least u, found by bisection."""

import numpy as np


def poisson_count(u, lam):
    """Return counts, int64 in the shape of `u`, from a Poisson distribution with mean `lam`."""
    from scipy.special import pdtr  # slow to import

    return _smallest(lambda k: pdtr(k, lam) >= u, np.shape(u), most_of_poisson(np.asarray(lam)))


def binomial_count(u, n, p):
    """Return counts, int64 in the shape of `u`, of successes in `n` trials with probability `p`."""
    from scipy.special import bdtr

    n = np.broadcast_to(n, np.shape(u))
    return _smallest(lambda k: (k >= n) | (bdtr(np.minimum(k, n), n, p) >= u), np.shape(u), n)


def most_of_poisson(lam):
    """Return a bound that is hardly ever exceeded, 12 standard deviations and 60 above the mean."""
    return np.ceil(lam + 12 * np.sqrt(lam) + 60)


def _smallest(reached, shape, highest):
    low = np.full(shape, -1, np.int64)
    high = np.broadcast_to(np.asarray(highest).astype(np.int64), shape).copy()
    while np.any(high - low > 1):
        middle = np.where(high - low > 1, (low + high) // 2, high)
        enough = reached(middle)
        low, high = (
            np.where(enough, low, np.minimum(middle, high - 1)),
            np.where(enough, middle, high),
        )
    return high
