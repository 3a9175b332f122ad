"""Counts from uniform numbers, compared with the sums of probabilities that define them."""

from math import comb, exp, factorial

import numpy as np
import pytensor
import pytensor.tensor as T

from network3.ops.counts import binomial_count, poisson_count

U = np.array([1e-6, 0.01, 0.2, 0.49, 0.7, 0.93, 0.9999, 1 - 2.0**-24], "float32")


def first_that_reaches(u, probabilities):
    return [int(np.argmax(np.cumsum(probabilities) >= x)) for x in u]


def test_poisson_counts_are_the_first_to_reach_u(backend, float32):
    u, lam = T.vector(dtype="float32"), T.vector(dtype="float32")
    f = pytensor.function([u, lam], poisson_count(u, lam))
    for mean in (0.0, 0.3, 4.0, 20.0):
        found = np.asarray(f(U, np.full(U.shape, mean, "float32")))
        exact = float(np.float32(mean))
        truth = [exact**k * exp(-exact) / factorial(k) for k in range(100)]
        # Near 1 the sums differ by less than numbers of floatX.
        assert found.tolist()[:7] == first_that_reaches(U[:7], truth)
        assert 0 <= found[7] < 80


def test_binomial_counts_are_the_first_to_reach_u(backend, float32):
    u, n, p = T.vector(dtype="float32"), T.lvector(), T.scalar(dtype="float32")
    f = pytensor.function([u, n, p], binomial_count(u, n, p))
    for trials, chance in ((0, 0.4), (1, 0.25), (5, 0.0), (5, 1.0), (5, 0.5), (60, 0.125)):
        found = np.asarray(f(U, np.full(U.shape, trials), np.float32(chance)))
        truth = [
            comb(trials, k) * chance**k * (1 - chance) ** (trials - k) for k in range(trials + 1)
        ]
        truth[-1] += 1  # rounding must not prevent the sum from reaching 1
        assert found.tolist()[:7] == first_that_reaches(U[:7], truth)
        assert 0 <= found[7] <= trials
    sure = f(U, np.arange(8), np.float32(1))
    assert np.asarray(sure).tolist() == list(range(8))
