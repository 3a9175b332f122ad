"""theano.tensor.sort: functions that sort, or find the largest or smallest elements."""

import pytensor.tensor as pt
from pytensor.gradient import grad_undefined
from pytensor.graph.basic import Constant
from pytensor.raise_op import Assert
from pytensor.tensor import arange, mul, set_subtensor
from pytensor.tensor.sort import ArgSortOp, SortOp

from network3.kernels.pytensor_versions import ifelse
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


def sort(a, axis=-1, kind="quicksort", order=None):
    """Return a sorted copy of a tensor.

    Parameters
    ----------
    a : tensor
    axis : int, scalar or None
        The axis; None flattens `a` first. In Theano a scalar may be a float.
    kind : "quicksort", "mergesort" or "heapsort"
        The algorithm of NumPy.
    order : None
        Accepted as in Theano; NumPy uses it for arrays with fields only.
    """
    return _along(pt.sort, a, axis, kind)


def argsort(a, axis=-1, kind="quicksort", order=None):
    """Return the indices that sort a tensor; the arguments are those of `sort`."""
    return _along(pt.argsort, a, axis, kind)


def _along(function, a, axis, kind):
    """Sort along an axis, which PyTensor since version 3.1 must know when the graph is built."""
    if not isinstance(axis, pt.TensorVariable) or isinstance(axis, Constant):
        return function(a, axis, kind)
    a = pt.as_tensor_variable(a)
    check = Assert(f"the axis must be from {-a.ndim} to {a.ndim - 1}")
    a = check(a, pt.ge(axis, -a.ndim), pt.lt(axis, a.ndim))
    found = function(a, 0, kind)
    for k in range(1, a.ndim):
        found = ifelse(pt.eq(pt.mod(axis, a.ndim), k), function(a, k, kind), found)
    return found


def topk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """Return the largest elements along an axis, in descending order.

    Parameters
    ----------
    x : tensor (..., n, ...)
    kth : int or integer scalar, not 0
        The number of elements. If it is negative, return the -kth smallest elements instead, in
        ascending order.
    axis : int or None
        The axis; None flattens `x` first.
    sorted : bool
        Ignored: the result is always sorted. In Theano it never is.
    idx_dtype : str
        The dtype of the indices that `argtopk` and `topk_and_argtopk` return.

    Returns
    -------
    tensor (..., abs(kth), ...), of x's dtype

    Raises
    ------
    ValueError
        If `kth` is 0.
    """
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[0]


def argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """Return the indices of the elements that `topk` returns."""
    return topk_and_argtopk(x, kth, axis, sorted, idx_dtype)[1]


def topk_and_argtopk(x, kth, axis=-1, sorted=True, idx_dtype="int64"):
    """Return the elements that `topk` returns, and their indices."""
    if isinstance(kth, int) and kth == 0:
        raise ValueError(
            "kth is 0: give a positive number for the largest elements, or a negative one for the "
            "smallest"
        )
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
