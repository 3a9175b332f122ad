"""Random 32-bit words, from a random stream whose whole state is four numbers."""

import numpy as np
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.draws import Draw, check_type


class PhiloxWords(Draw):
    """Compute the 32-bit words of one call of Philox4x32-10, in the shape of `like`."""

    kernel = "philox_words"
    state = ("uint32", (4,))

    def check(self, like, state):
        check_type(self.kernel, "state", state, *self.state)

    def output_shapes(self, like, state):
        return [tuple(like)]

    def output_dtypes(self, like, state):
        return ["uint32"]


def philox_words(state: TensorVariable, *sizes) -> TensorVariable:
    """Return random words, uint32 with all bits random.

    The generator is counter-based: the words depend only on the state and are bit-for-bit identical
    on every backend.

    Parameters
    ----------
    state : uint32 variable (4,)
        The two words of the key, then the number of the call, low word first.
    sizes : ints or integer variables
        The shape of the result.

    Raises
    ------
    TypeError
        If `state` has another type.

    References
    ----------
    J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2,
    3", SC11.
    """
    return PhiloxWords()(T.alloc(np.uint8(0), *sizes), state)


def following(state: TensorVariable) -> TensorVariable:
    """Return the state for the next call, computed from the state alone."""
    counted = state + np.array([0, 0, 1, 0], np.uint32)
    carry = T.cast(T.eq(counted[2], np.uint32(0)), "uint32")
    return counted + carry * np.array([0, 0, 0, 1], np.uint32)
