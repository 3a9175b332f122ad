"""The zeros and ones of dropout as NumPy's legacy generator, and so the original, draws them."""

import math

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Variable
from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import differ, floats

STATE = 625  # 624 words of MT19937, and the position in them
NO_LIMIT = 2**32 - 1  # in place of a limit's upper bits: the probability is not in [0, 1]


class MersenneMask(KernelOp):
    """mask, next state = ones where 53 bits of MT19937 are below a limit, or where not"""

    kernel = "mersenne_mask"
    strided = (0,)
    independent_images = False

    def check(self, like, state, limit):
        if like.dtype not in ("float32", "float64"):
            raise TypeError(f"mersenne_mask got a variable of dtype {like.dtype}, it needs a float")
        one = state.dtype == "uint32" and state.type.ndim == 1
        if not one or differ(state.type.shape[0], STATE):
            raise TypeError(
                f"mersenne_mask got a state of type {state.type}, it needs {STATE} uint32"
            )
        one = limit.dtype == "uint32" and limit.type.ndim == 1
        if not one or differ(limit.type.shape[0], 3):
            raise TypeError(f"mersenne_mask got a limit of type {limit.type}, it needs 3 uint32")

    def output_shapes(self, like, state, limit):
        return [tuple(like), tuple(state)]

    def output_dtypes(self, like, state, limit):
        return [like, state]

    def flop(self, like, state, limit):
        return 0

    def connection_pattern(self, node):
        return [[False, False], [False, True], [False, False]]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()(), inputs[1].zeros_like(dtype="float32"), DisconnectedType()()]

    @classmethod
    def example(cls):
        state = T.tensor("state", dtype="uint32", shape=(STATE,))
        return cls(), [*floats((3, 2, 5, 7)), state, T.constant(limit_of(0.75))]


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
    if None not in like.type.shape:  # see `dropout_mask`
        like = T.constant(np.broadcast_to(np.zeros((), like.dtype), like.type.shape))
    limit = variable_limit(p) if isinstance(p, Variable) else T.constant(limit_of(p))
    return MersenneMask()(like, state, limit)


def limit_of(p: float) -> np.ndarray:
    """Return the limit for a probability p in [0, 1], uint32 (3,).

    It is a number k of 54 bits, its upper 28 and its lower 26, and whether a mask is 1 below it.
    """
    rarer = min(p, 1 - p)
    most = 1.0 if rarer <= 0 else math.exp(math.log(1.0 - rarer))
    k = int(most * 2**53) + 1
    return np.array([k >> 26, k % 2**26, p > 0.5], "uint32")


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
