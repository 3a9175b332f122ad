"""Random numbers of a shape from a stream's state: uniform, normal, whole.

Each is a function of the state and of nothing else; `philox_words.following` gives the state of the
next call. `sizes` are ints or integer variables.
"""

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.philox_words import philox_words


def uniform_numbers(state: TensorVariable, *sizes, dtype: str) -> TensorVariable:
    """Numbers between 0 and 1, both excluded, with 23 random bits in float32, 52 in float64."""
    if dtype == "float64":
        words = philox_words(state, 2, *sizes)
        high, low = (T.cast(words[k] // np.uint32(2**6), dtype) for k in range(2))
        return (high * np.float64(2**26) + low + np.float64(0.5)) * np.float64(2**-52)
    words = philox_words(state, *sizes)
    return (T.cast(words // np.uint32(2**9), dtype) + np.float32(0.5)) * np.float32(2**-23)


def normal_numbers(state: TensorVariable, *sizes, dtype: str) -> TensorVariable:
    """Numbers of mean 0 and standard deviation 1, by the transformation of Box and Muller."""
    u = uniform_numbers(state, 2, *sizes, dtype=dtype)
    of_dtype = np.dtype(dtype).type
    return T.sqrt(of_dtype(-2) * T.log(u[0])) * T.cos(of_dtype(2 * np.pi) * u[1])


def truncated_normal_numbers(
    state: TensorVariable, *sizes, bound: float, dtype: str
) -> TensorVariable:
    """Those among normal numbers that lie between -bound and bound, by the inverse distribution."""
    of_dtype = np.dtype(dtype).type
    within = T.erf(of_dtype(bound / np.sqrt(2)))
    u = uniform_numbers(state, *sizes, dtype=dtype)
    return of_dtype(np.sqrt(2)) * T.erfinv((of_dtype(2) * u - of_dtype(1)) * within)


def whole_numbers(state: TensorVariable, *sizes, count: TensorVariable) -> TensorVariable:
    """int64 between 0 and `count` - 1, all as likely as each other.

    Not quite: the remainder of 32 random bits prefers the small numbers by one part in 2^32 over
    `count`. Counts of 2^32 and more, which JAX may not have, take 64 bits.
    """
    high, low = (T.cast(philox_words(state, 2, *sizes), "uint64")[k] for k in range(2))
    count = T.cast(count, "uint64")
    large = (high * np.uint64(2**32) + low) % count
    return T.cast(T.switch(T.lt(count, np.uint64(2**32)), low % count, large), "int64")
