"""The zeros and ones of dropout, from a random stream whose whole state is four numbers."""

from pytensor.tensor.variable import TensorVariable

from network3.ops.draws import Draw, without_values


class DropoutMask(Draw):
    """Compute a dropout mask and the next state of the random stream.

    The mask is 1 where a 32-bit word of Philox4x32-10 is at least `threshold`, else 0.
    """

    kernel = "dropout_mask"
    numbers = __props__ = ("threshold",)
    state = ("uint32", (4,))

    def __init__(self, threshold):
        self.threshold = threshold

    @classmethod
    def example(cls):
        return cls(2**31), cls.example_inputs()


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
    return DropoutMask(round(p_dropout * 2**32))(without_values(like), state)
