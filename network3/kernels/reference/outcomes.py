"""Which outcomes uniform numbers choose, by rows of probabilities."""

import numpy as np


def _first_above(p, u):
    """For each row: its sums in float64, the first outcome whose sum exceeds u, if any does."""
    sums = np.cumsum(p, axis=1, dtype="float64")
    above = sums > u[:, None]
    return sums, above.argmax(axis=1), above.any(axis=1)


def outcome_counts(p, u):
    """counts (B, L) from p (B, L) and u (trials, B)."""
    if u.shape[1] != len(p):
        raise ValueError("outcome_counts: u must have a column for each row of p")
    counts = np.zeros(p.shape, "int64")
    for trial in u:
        _, outcomes, found = _first_above(p, trial)
        counts[found, outcomes[found]] += 1
    return counts


def chosen_outcomes(p, u):
    """chosen (B, k) from p (B, L) and u (k, B); -1 for nothing."""
    if u.shape[1] != len(p):
        raise ValueError("chosen_outcomes: u must have a column for each row of p")
    if len(u) > p.shape[1]:
        raise ValueError(f"chosen_outcomes: {len(u)} outcomes are asked for, of {p.shape[1]}")
    chosen, p = np.full((len(p), len(u)), -1), p.copy()
    for c, trial in enumerate(u):
        sums, outcomes, found = _first_above(p, trial)
        rows, outcomes = np.flatnonzero(found), outcomes[found]
        chosen[rows, c] = outcomes
        # The sum of what is left, in the order and in the precisions of Theano's C code.
        before = sums[rows, outcomes] - p[rows, outcomes]
        p[rows, outcomes] = 0
        after = np.where(np.arange(p.shape[1]) >= outcomes[:, None], p[rows], 0)
        terms = np.column_stack([before.astype(p.dtype), after])
        with np.errstate(invalid="ignore"):  # nothing may be left
            p[rows] /= np.cumsum(terms, axis=1, dtype=p.dtype)[:, -1:]
    return chosen
