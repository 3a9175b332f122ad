"""The states of MRG31k3p: where its streams and substreams begin.

References
----------
P. L'Ecuyer et al., "An object-oriented random-number package with many long streams and
substreams", Operations Research 50(6), 2002.
"""

import functools

import numpy as np

M1 = 2147483647
M2 = 2147462579

# One step of the two recurrences of MRG31k3p, as matrices that act on three numbers.
STEP1 = ((0, 2**22, 2**7 + 1), (1, 0, 0), (0, 1, 0))
STEP2 = ((2**15, 0, 2**15 + 1), (1, 0, 0), (0, 1, 0))


def six_numbers(seed) -> np.ndarray:
    """Return the state that a seed, one int or six, begins with, int32 (6,).

    Raises
    ------
    TypeError, ValueError
        If the seed is anything else, or a number is out of its range.
    """
    if isinstance(seed, int | np.integer):
        seed = 6 * [seed]
    if not isinstance(seed, tuple | list | np.ndarray) or len(seed) != 6:
        raise TypeError(f"MRG_RandomStreams got the seed {seed!r}: it must be one int or six")
    for which, numbers, limit in (("first", seed[:3], M1), ("last", seed[3:], M2)):
        if not all(0 <= number < limit for number in numbers) or not any(numbers):
            raise ValueError(
                f"MRG_RandomStreams got the seed {list(seed)}: its {which} three numbers must be "
                f"from 0 to {limit - 1}, and not all 0"
            )
    return np.asarray(seed, dtype="int32")


def next_stream(state: np.ndarray) -> np.ndarray:
    """Return the state 2**134 steps on."""
    return _jumped(state[None], 2**134)[0]


def substreams(state: np.ndarray, count: int) -> np.ndarray:
    """Return states that lie 2**72 steps apart, int32 (count, 6); the first is `state`."""
    rows = state[None]
    while len(rows) < count:
        rows = np.concatenate([rows, _jumped(rows, 2**72 * len(rows))])
    return rows[:count].copy()


def _jumped(rows, steps):
    """Return the states (R, 6) so many steps on."""
    halves = []
    for step, numbers, modulus in ((STEP1, rows[:, :3], M1), (STEP2, rows[:, 3:], M2)):
        jump = _power(step, steps, modulus)
        terms = numbers.astype("int64")[:, None, :] * jump % modulus
        halves.append(terms.sum(axis=2) % modulus)
    return np.concatenate(halves, axis=1).astype("int32")


@functools.cache
def _power(step, exponent, modulus):
    """Return a matrix to a power, int64 (3, 3)."""
    square = np.array(step, dtype=object)  # Python's integers, which do not overflow
    power = np.identity(3, dtype=object)
    while exponent:
        if exponent % 2:
            power = power.dot(square) % modulus
        square, exponent = square.dot(square) % modulus, exponent // 2
    return power.astype("int64")
