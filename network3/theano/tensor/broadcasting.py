"""Functions that change which axes of a variable are broadcastable.

A broadcastable axis has length 1, and is repeated to match a longer axis of another variable.
"""

import pytensor.tensor as pt
from numpy.lib.array_utils import normalize_axis_tuple

from network3.ops.checking import checked_shape

__all__ = [
    "addbroadcast",
    "patternbroadcast",
    "unbroadcast",
]


def addbroadcast(x, *axes):
    """Return `x` as broadcastable along the given axes.

    A compiled function raises a ValueError if the length of such an axis is not 1.
    """
    x = pt.as_tensor_variable(x)
    axes = normalize_axis_tuple(axes, x.ndim)
    sizes = [1 if axis in axes else None for axis in range(x.ndim)]
    return checked_shape(x, sizes, "an axis is declared as broadcastable")


def unbroadcast(x, *axes):
    """Return `x` as not broadcastable along the given axes.

    Raises
    ------
    ValueError
        If `x` does not have such an axis.
    """
    x = pt.as_tensor_variable(x)
    for axis in axes:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"unbroadcast got axis {axis}: x has {x.ndim} dimensions")
    open_ended = {axis % x.ndim for axis in axes}
    if not any(x.broadcastable[axis] for axis in open_ended):
        return x
    # PyTensor has no operator that forgets a known length. But it does not infer the value of abs,
    # so a slice that ends at abs(length) has an unknown length.
    return x[tuple(slice(abs(x.shape[i]) if i in open_ended else None) for i in range(x.ndim))]


def patternbroadcast(x, broadcastable):
    """Return `x` with the given broadcastable pattern.

    There is one boolean for each axis; axes without one keep theirs.

    Raises
    ------
    ValueError
        If there are more booleans than `x` has dimensions.
    """
    x = pt.as_tensor_variable(x)
    if len(broadcastable) > x.ndim:
        raise ValueError(
            f"patternbroadcast got {len(broadcastable)} booleans, but x has {x.ndim} dimensions: "
            "give at most one boolean for each"
        )
    added = [i for i, one in enumerate(broadcastable) if one and not x.broadcastable[i]]
    taken = [i for i, one in enumerate(broadcastable) if x.broadcastable[i] and not one]
    return unbroadcast(addbroadcast(x, *added), *taken)
