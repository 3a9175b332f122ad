"""The zeros and ones of dropout, from a random stream whose whole state is four numbers."""

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import differ, floats


class DropoutMask(KernelOp):
    """Compute a dropout mask and the next state of the random stream.

    The mask is 1 where a 32-bit word of Philox4x32-10 is at least `threshold`, else 0.
    """

    kernel = "dropout_mask"
    numbers = __props__ = ("threshold",)
    strided = (0,)
    independent_images = False

    def __init__(self, threshold):
        self.threshold = threshold

    def check(self, like, state):
        if like.dtype not in ("float32", "float64"):
            raise TypeError(
                f"dropout_mask got a variable of dtype {like.dtype}: it must be float32 or float64"
            )
        if state.dtype != "uint32" or state.type.ndim != 1 or differ(state.type.shape[0], 4):
            raise TypeError(
                f"dropout_mask got a state of type {state.type}: it must be a vector of four uint32"
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
        return cls(2**31), [*floats((3, 2, 5, 7)), T.tensor("state", dtype="uint32", shape=(4,))]


def dropout_mask(
    like: TensorVariable, state: TensorVariable, p_dropout: float
) -> tuple[TensorVariable, TensorVariable]:
    """Return a mask, 0 with probability `p_dropout` and else 1, and the stream's next state.

    The generator is counter-based: the mask depends only on the state and is bit-for-bit identical
    on every backend. To save the stream it is enough to save the four numbers of the state.

    Parameters
    ----------
    like : float variable of any shape
        The mask has its shape and dtype; its values are not read.
    state : uint32 variable (4,)
        The two words of the key, then the number of the call, low word first.
    p_dropout : float in [0, 1)

    Returns
    -------
    mask : variable of the shape and dtype of `like`
    next_state : uint32 variable (4,)

    Raises
    ------
    TypeError
        If `like` or `state` has another type.
    ValueError
        If `p_dropout` is outside [0, 1).

    References
    ----------
    J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2,
    3", SC11.
    """
    if not 0 <= p_dropout < 1:
        raise ValueError(f"dropout_mask got p_dropout = {p_dropout}: it must lie in [0, 1)")
    if None not in like.type.shape:
        # With a constant of that shape the mask depends only on the state. Otherwise a function
        # would compute `like`, or its replacement in `givens`, just for the next state.
        like = T.constant(np.broadcast_to(np.zeros((), like.dtype), like.type.shape))
    return DropoutMask(round(p_dropout * 2**32))(like, state)
