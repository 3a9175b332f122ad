"""The zeros and ones of dropout as NumPy's legacy generator, and so the original, draws them."""

import math

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import differ, floats

STATE = 625  # 624 words of MT19937, and the position in them


class MersenneMask(KernelOp):
    """mask, next state = ones where 53 bits of MT19937 are below `threshold`, or where not"""

    kernel = "mersenne_mask"
    numbers = __props__ = ("threshold", "below")
    strided = (0,)
    independent_images = False

    def __init__(self, threshold, below):
        self.threshold, self.below = threshold, below

    def check(self, like, state):
        if like.dtype not in ("float32", "float64"):
            raise TypeError(f"mersenne_mask got a variable of dtype {like.dtype}, it needs a float")
        one = state.dtype == "uint32" and state.type.ndim == 1
        if not one or differ(state.type.shape[0], STATE):
            raise TypeError(
                f"mersenne_mask got a state of type {state.type}, it needs {STATE} uint32"
            )

    def output_shapes(self, like, state):
        return [tuple(like), tuple(state)]

    def output_dtypes(self, like, state):
        return [like, state]

    def flop(self, like, state):
        return 0

    def connection_pattern(self, node):
        return [[False, False], [False, True]]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()(), inputs[1].zeros_like(dtype="float32")]

    @classmethod
    def example(cls):
        state = T.tensor("state", dtype="uint32", shape=(STATE,))
        return cls(2**51, 1), [*floats((3, 2, 5, 7)), state]


def mersenne_mask(
    like: TensorVariable, state: TensorVariable, p: float
) -> tuple[TensorVariable, TensorVariable]:
    """Return `RandomState.binomial(1, p, size=like.shape)`, and the next state.

    Parameters
    ----------
    like : float variable of any shape
        Gives the mask its shape and dtype; its values are not read.
    state : uint32 variable (625,)
        See `mersenne_state`.
    p : float in (0, 1]
        The probability of 1.

    Notes
    -----
    See `limit_of`.
    """
    most, below = limit_of(p)
    threshold = int(most * 2**53) + 1
    if None not in like.type.shape:  # see `dropout_mask`
        like = T.constant(np.broadcast_to(np.zeros((), like.dtype), like.type.shape))
    return MersenneMask(threshold, int(below))(like, state)


def limit_of(p: float) -> tuple[float, bool]:
    """Return the limit to which `RandomState.binomial(1, p)` compares a uniform number.

    The second result is whether numbers up to the limit give 1, or those above it.

    Notes
    -----
    NumPy compares u = k / 2**53 with the probability of the more frequent result. For one k in
    2**53, it may draw once more; that is left out.
    """
    rarer = min(p, 1 - p)
    return 1.0 if rarer <= 0 else math.exp(math.log(1.0 - rarer)), p > 0.5


def mersenne_state(seed: int) -> np.ndarray:
    """Return the state of `RandomState(seed)`, uint32 (625,)."""
    _, words, position, *_ = np.random.RandomState(seed).get_state(legacy=True)
    return np.append(words, np.uint32(position)).astype("uint32")
