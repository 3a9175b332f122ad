"""Random numbers from the state of a random stream: uniform, normal and whole numbers.

The results depend only on the state; `philox_words.following` returns the state for the next call.
`sizes`, the shape of the result, are ints or integer variables.
"""

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.philox_words import philox_words


def uniform_numbers(state: TensorVariable, *sizes, dtype: str) -> TensorVariable:
    """Return uniform numbers in (0, 1), with 23 random bits in float32 and 52 in float64."""
    if dtype == "float64":
        words = philox_words(state, 2, *sizes)
        high, low = (T.cast(words[k] // np.uint32(2**6), dtype) for k in range(2))
        return (high * np.float64(2**26) + low + np.float64(0.5)) * np.float64(2**-52)
    words = philox_words(state, *sizes)
    return (T.cast(words // np.uint32(2**9), dtype) + np.float32(0.5)) * np.float32(2**-23)


def normal_numbers(state: TensorVariable, *sizes, dtype: str) -> TensorVariable:
    """Return numbers from N(0, 1), computed by the Box-Muller transform."""
    u = uniform_numbers(state, 2, *sizes, dtype=dtype)
    of_dtype = np.dtype(dtype).type
    return T.sqrt(of_dtype(-2) * T.log(u[0])) * T.cos(of_dtype(2 * np.pi) * u[1])


def truncated_normal_numbers(
    state: TensorVariable, *sizes, bound: float, dtype: str
) -> TensorVariable:
    """Return numbers from N(0, 1) truncated to [-bound, bound].

    They are computed by inverting the distribution function.
    """
    of_dtype = np.dtype(dtype).type
    within = T.erf(of_dtype(bound / np.sqrt(2)))
    u = uniform_numbers(state, *sizes, dtype=dtype)
    return of_dtype(np.sqrt(2)) * T.erfinv((of_dtype(2) * u - of_dtype(1)) * within)


def whole_numbers(state: TensorVariable, *sizes, count: TensorVariable) -> TensorVariable:
    """Return int64 numbers from 0 to `count` - 1, almost uniformly distributed.

    They are remainders of 32 random bits, so small numbers are more frequent by one part in
    2^32 / `count`. Counts of 2^32 and more, which JAX may not support, use 64 bits.
    """
    high, low = (T.cast(philox_words(state, 2, *sizes), "uint64")[k] for k in range(2))
    count = T.cast(count, "uint64")
    large = (high * np.uint64(2**32) + low) % count
    return T.cast(T.switch(T.lt(count, np.uint64(2**32)), low % count, large), "int64")
