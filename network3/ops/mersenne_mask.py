"""The zeros and ones of dropout as NumPy's legacy generator, and so the original, draws them."""

import math

import numpy as np
import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.tensor.variable import TensorVariable

from network3.ops.draws import Draw, check_type, without_values

STATE = 625  # 624 words of MT19937, and the position in them
# Stands for the upper bits of a limit if the probability is outside [0, 1]. PyTensor turns
# constants into Python integers, and JAX without 64 bits takes those up to this one.
NO_LIMIT = 2**31 - 1


class MersenneMask(Draw):
    """mask, next state = ones where 53 bits of MT19937 are below a limit, or where not"""

    kernel = "mersenne_mask"
    state = ("uint32", (STATE,))

    def check(self, like, state, limit):
        super().check(like, state)
        check_type(self.kernel, "limit", limit, "uint32", (3,))

    @classmethod
    def example_inputs(cls):
        return [*super().example_inputs(), T.tensor("limit", dtype="uint32", shape=(3,))]


def mersenne_mask(
    like: TensorVariable, state: TensorVariable, p: float | TensorVariable
) -> tuple[TensorVariable, TensorVariable]:
    """Return `RandomState.binomial(1, p, size=like.shape)`, and the next state.

    Parameters
    ----------
    like : float variable of any shape
        Gives the mask its shape and dtype; its values are not read.
    state : uint32 variable (625,)
        See `mersenne_state`.
    p : float or scalar variable in [0, 1]
        The probability of 1.

    Notes
    -----
    NumPy compares a number u = k / 2**53 with exp(log(1 - q)), where q is the probability of the
    rarer result. For one k in 2**53, it may draw once more; that is left out. For a variable, 1 - q
    is taken for exp(log(1 - q)), which differs from it by about 2**-53.
    """
    limit = variable_limit(p) if isinstance(p, Variable) else T.constant(limit_of(p))
    return MersenneMask()(without_values(like), state, limit)


def limit_of(p: float) -> np.ndarray:
    """Return the limit for a probability p in [0, 1], uint32 (3,).

    It is a number k of 54 bits, its upper 28 and its lower 26, and whether a mask is 1 below it.
    """
    most, below = bound_of(p)
    k = int(most * 2**53) + 1
    return np.array([k >> 26, k % 2**26, below], "uint32")


def bound_of(p: float) -> tuple[float, bool]:
    """Return the number with which `RandomState.binomial(1, p)` compares a uniform number.

    The second result is true if uniform numbers up to it give 1, and false if those above it do.
    """
    rarer = min(p, 1 - p)
    return 1.0 if rarer <= 0 else math.exp(math.log(1.0 - rarer)), p > 0.5


def variable_limit(p: TensorVariable) -> TensorVariable:
    """Return the limit for a variable probability, NO_LIMIT if it is none.

    With q = a / 2**27 + b / 2**53, k = 2**53 - q * 2**53 + 1. Floats of 24 bits hold a and b.
    """
    p = p if p.dtype.startswith("float") else T.cast(p, "float64")
    scaled = T.minimum(p, 1 - p) * np.asarray(2**27, p.dtype)
    a = T.floor(scaled)
    b = T.cast(T.ceil((scaled - a) * np.asarray(2**26, p.dtype)), "uint32")
    borrow = T.cast(T.gt(b, np.uint32(1)), "uint32")
    high = np.uint32(2**27) - T.cast(a, "uint32") - borrow
    low = np.uint32(1) + borrow * np.uint32(2**26) - b
    high = T.switch(T.ge(p, 0) * T.le(p, 1), high, np.uint32(NO_LIMIT))
    return T.stack([high, low, T.cast(T.gt(p, 0.5), "uint32")])


def mersenne_state(seed: int) -> np.ndarray:
    """Return the state of `RandomState(seed)`, uint32 (625,)."""
    _, words, position, *_ = np.random.RandomState(seed).get_state(legacy=True)
    return np.append(words, np.uint32(position)).astype("uint32")
