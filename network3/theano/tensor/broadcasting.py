"""Which dimensions of a variable, of length 1, are repeated where another is longer."""

import pytensor.tensor as pt
from pytensor.tensor import specify_broadcastable

__all__ = [
    "addbroadcast",
    "patternbroadcast",
    "unbroadcast",
]


def addbroadcast(x, *axes):
    """x, broadcastable along the given axes, where its length must be 1 when it is computed."""
    return specify_broadcastable(x, *axes)


def unbroadcast(x, *axes):
    """x, not broadcastable along the given axes."""
    x = pt.as_tensor_variable(x)
    for axis in axes:
        if not -x.ndim <= axis < x.ndim:
            raise ValueError(f"unbroadcast got axis {axis}: x has {x.ndim} dimensions")
    open_ended = {axis % x.ndim for axis in axes}
    if not any(x.broadcastable[axis] for axis in open_ended):
        return x
    # PyTensor has no operator that forgets a length; but it does not see through abs, and so does
    # not know where a slice ends.
    return x[tuple(slice(abs(x.shape[i]) if i in open_ended else None) for i in range(x.ndim))]


def patternbroadcast(x, broadcastable):
    """x with just the pattern given, one boolean for each dimension."""
    x = pt.as_tensor_variable(x)
    if len(broadcastable) != x.ndim:
        raise ValueError(
            f"patternbroadcast got {len(broadcastable)} booleans: x has {x.ndim} dimensions"
        )
    added = [i for i, one in enumerate(broadcastable) if one and not x.broadcastable[i]]
    taken = [i for i, one in enumerate(broadcastable) if x.broadcastable[i] and not one]
    return unbroadcast(addbroadcast(x, *added), *taken)
