"""theano.tensor.sort: sorting, and the largest or smallest elements along an axis."""

import pytensor.tensor as pt
from pytensor.gradient import grad_undefined
from pytensor.tensor import arange, argsort, mul, set_subtensor, sort
from pytensor.tensor.sort import ArgSortOp, SortOp

from network3.theano import absent

__all__ = [
    "ArgSortOp",
    "SortOp",
    "arange",
    "argsort",
    "argtopk",
    "grad_undefined",
    "mul",
    "set_subtensor",
    "sort",
    "topk",
    "topk_and_argtopk",
]


def topk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """The largest elements along an axis, from the largest down.

    Parameters
    ----------
    x : tensor (..., n, ...)
    kth : int or integer scalar, not 0
        How many; if it is negative, the -kth smallest, from the smallest up.
    axis : int or None
        None takes the flattened tensor.
    sorted : bool
        Theano sorts neither way; here they are sorted either way.
    idx_dtype : str
        The dtype of indices.

    Returns
    -------
    tensor (..., abs(kth), ...), of x's dtype

    Raises
    ------
    ValueError
        If kth is 0.
    """
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[0]


def argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """The indices of what `topk` returns."""
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[1]


def topk_and_argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """What `topk` returns, and its indices."""
    if isinstance(kth, int) and kth == 0:
        raise ValueError("kth is 0: positive takes the largest, negative the smallest")
    x = pt.as_tensor_variable(x)
    if axis is None:
        x, axis = x.flatten(), 0
    from_the_end = pt.arange(abs(kth))
    ranks = pt.switch(pt.gt(kth, 0), x.shape[axis] - 1 - from_the_end, from_the_end)
    indices = pt.argsort(x, axis).take(ranks, axis)
    return pt.take_along_axis(x, indices, axis), pt.cast(indices, idx_dtype)


__getattr__ = absent.names(
    __name__,
    {
        "TopKOp": "use the function topk_and_argtopk",
    },
)
