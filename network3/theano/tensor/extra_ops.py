"""theano.tensor.extra_ops: less common functions of NumPy."""

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.link.c.type import Generic
from pytensor.tensor import (
    bartlett,
    bincount,
    compress,
    cumprod,
    cumsum,
    diff,
    fill_diagonal,
    fill_diagonal_offset,
    ravel_multi_index,
    scalar,
    searchsorted,
    tensor,
)
from pytensor.tensor.extra_ops import (
    Bartlett,
    CpuContiguous,
    CumOp,
    FillDiagonal,
    FillDiagonalOffset,
    RavelMultiIndex,
    SearchsortedOp,
    UnravelIndex,
    bartlett_,
    cpu_contiguous,
    fill_diagonal_,
    fill_diagonal_offset_,
    to_one_hot,
)
from pytensor.tensor.extra_ops import Unique as _Unique
from pytensor.tensor.math import disconnected_type

from network3.theano import absent

__all__ = [
    "Bartlett", "CpuContiguous", "CumOp", "DisconnectedType", "FillDiagonal", "FillDiagonalOffset",
    "Generic", "RavelMultiIndex", "SearchsortedOp", "Unique", "UnravelIndex", "bartlett",
    "bartlett_", "bincount", "compress", "cpu_contiguous", "cumprod", "cumsum", "diff",
    "disconnected_type", "fill_diagonal", "fill_diagonal_", "fill_diagonal_offset",
    "fill_diagonal_offset_", "ravel_multi_index", "repeat", "scalar", "searchsorted", "squeeze",
    "tensor", "to_one_hot", "unravel_index",
]  # fmt: skip


class Unique(_Unique):
    """The operator of `numpy.unique`.

    Parameters
    ----------
    return_index, return_inverse, return_counts : bool
        Whether to return the indices of the first occurrences, the indices that give the input
        again, and the numbers of occurrences.
    axis : int, optional
        The axis whose slices are compared; by default the input is flattened.
    """

    def __init__(self, return_index=False, return_inverse=False, return_counts=False, axis=None):
        super().__init__(return_index, return_inverse, return_counts)
        self.axis = axis

    def make_node(self, x):
        x = pt.as_tensor_variable(x)
        if self.axis is None or self.axis >= 0:
            return super().make_node(x)
        returned = self.return_index, self.return_inverse, self.return_counts
        return Unique(*returned, axis=self.axis + x.type.ndim).make_node(x)


def repeat(x, repeats, axis=None):
    """Repeat the elements along an axis.

    Parameters
    ----------
    x : tensor of any shape
    repeats : int, integer scalar or integer vector
        The number of repetitions, for all elements or for each element along the axis.
    axis : int, optional
        The axis; by default `x` is flattened first.
    """
    return pt.repeat(x, repeats, axis=axis)


def squeeze(x):
    """Return `x` without its broadcastable axes."""
    return pt.squeeze(x)


def unravel_index(indices, dims, order="C", ndim=None):
    """Convert flat indices to one tensor of indices for each dimension of an array.

    `ndim` is needed if the length of `dims` is not known.

    Raises
    ------
    ValueError
        If `ndim` is not the length of `dims`.
    """
    if ndim is not None and pt.as_tensor_variable(dims).type.shape == (None,):
        dims = [dims[i] for i in range(ndim)]
    length = pt.get_vector_length(pt.as_tensor_variable(dims))
    if ndim is not None and ndim != length:
        raise ValueError(
            f"unravel_index: ndim is {ndim} but dims has {length} numbers; leave ndim out"
        )
    return pt.unravel_index(indices, dims, order=order)


__getattr__ = absent.names(
    __name__,
    {
        "CumprodOp": "use the function cumprod",
        "CumsumOp": "use the function cumsum",
        "DiffOp": "use the function diff",
        "RepeatOp": "use the function repeat",
    },
)
