"""Products of matrices or tensors, independently for each element of a batch."""

import pytensor.tensor as pt

__all__ = [
    "batched_dot",
    "batched_tensordot",
]


def batched_dot(a, b):
    """Return the dot product of a[i] and b[i] for each i.

    Parameters
    ----------
    a : tensor (N, ..., K)
    b : tensor (N, ..., K, L) or (N, K)
        If `a` or `b` is a vector (N,), its elements multiply the elements of the batch.

    Returns
    -------
    tensor (N, ..., ..., L)

    Raises
    ------
    TypeError
        If `a` or `b` is a scalar.
    """
    a, b = pt.as_tensor_variable(a), pt.as_tensor_variable(b)
    for name, x in (("a", a), ("b", b)):
        if x.ndim == 0:
            raise TypeError(f"batched_dot got a scalar for {name}: it needs a batch dimension")
    if a.ndim == 1 or b.ndim == 1:
        ndim = max(a.ndim, b.ndim)
        return pt.shape_padright(a, ndim - a.ndim) * pt.shape_padright(b, ndim - b.ndim)
    return batched_tensordot(a, b, [[a.ndim - 1], [max(1, b.ndim - 2)]])


def batched_tensordot(x, y, axes=2):
    """Return the tensor product of x[i] and y[i] for each i, summed over pairs of axes.

    Parameters
    ----------
    x, y : tensor (N, ...)
    axes : int, or two lists of int
        A number n pairs the last n axes of `x` with the first n axes of `y` after the batch axis.
        Two lists contain the axes of `x` and the axes of `y` to pair; the batch axis is 0.

    Returns
    -------
    tensor (N, ...)
        It has the batch axis, the remaining axes of `x`, then those of `y`.

    Raises
    ------
    ValueError
        If an axis does not exist, is the batch axis, or lacks a partner.
    """
    x, y = pt.as_tensor_variable(x), pt.as_tensor_variable(y)
    summed_x, summed_y = _pairs(x, y, axes)
    left_x = [axis for axis in range(1, x.ndim) if axis not in summed_x]
    left_y = [axis for axis in range(1, y.ndim) if axis not in summed_y]
    rows = pt.prod([x.shape[axis] for axis in left_x], dtype="int64") if left_x else 1
    columns = pt.prod([y.shape[axis] for axis in left_y], dtype="int64") if left_y else 1
    inner = pt.prod([x.shape[axis] for axis in summed_x], dtype="int64") if summed_x else 1
    matrices_x = x.transpose(0, *left_x, *summed_x).reshape((x.shape[0], rows, inner))
    matrices_y = y.transpose(0, *summed_y, *left_y).reshape((y.shape[0], inner, columns))
    lengths = [x.shape[0], *(x.shape[i] for i in left_x), *(y.shape[i] for i in left_y)]
    return pt.matmul(matrices_x, matrices_y).reshape(lengths)


def _pairs(x, y, axes):
    """Return the axes of x and of y that are summed over, as two lists."""
    if isinstance(axes, int):
        summed_x, summed_y = list(range(x.ndim - axes, x.ndim)), list(range(1, axes + 1))
    else:
        summed_x, summed_y = (
            [some] if isinstance(some, int) else [int(axis) for axis in some] for some in axes
        )
    summed_x = [axis % x.ndim if -x.ndim <= axis < x.ndim else axis for axis in summed_x]
    summed_y = [axis % y.ndim if -y.ndim <= axis < y.ndim else axis for axis in summed_y]
    if len(summed_x) != len(summed_y):
        raise ValueError(
            f"batched_tensordot got axes {axes}: there must be as many axes of x as of y"
        )
    if not all(0 < axis < x.ndim for axis in summed_x) or not all(
        0 < axis < y.ndim for axis in summed_y
    ):
        raise ValueError(
            f"batched_tensordot got axes {axes}: they must be among 1 to {x.ndim - 1} of x and "
            f"1 to {y.ndim - 1} of y"
        )
    return summed_x, summed_y
