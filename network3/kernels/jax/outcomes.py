"""Which outcomes uniform numbers choose, by rows of probabilities: computed on the host.

The sums are in float64, which JAX has only if floatX is float64.
"""

import jax
import numpy as np

from network3.kernels.reference import outcomes as reference


def _on_host(kernel, shape, p, u):
    dtype = jax.dtypes.canonicalize_dtype("int64")

    def compute(p, u):
        return kernel(np.asarray(p), np.asarray(u)).astype(dtype)

    return jax.pure_callback(compute, jax.ShapeDtypeStruct(shape, dtype), p, u)


def outcome_counts(p, u):
    """counts (B, L) from p (B, L) and u (trials, B)."""
    return _on_host(reference.outcome_counts, p.shape, p, u)


def chosen_outcomes(p, u):
    """chosen (B, k) from p (B, L) and u (k, B); -1 for nothing."""
    return _on_host(reference.chosen_outcomes, (len(p), len(u)), p, u)
