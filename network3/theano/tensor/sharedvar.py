"""theano.tensor.sharedvar: shared variables that hold arrays."""

from pytensor.compile.sharedvalue import SharedVariable
from pytensor.tensor import TensorType
from pytensor.tensor.sharedvar import TensorSharedVariable, load_shared_variable
from pytensor.tensor.sharedvar import tensor_constructor as _tensor_constructor

from network3.theano import absent

__all__ = [
    "ScalarSharedVariable",
    "SharedVariable",
    "TensorSharedVariable",
    "TensorType",
    "load_shared_variable",
    "tensor_constructor",
]


ScalarSharedVariable = TensorSharedVariable  # PyTensor has one class for all.


def tensor_constructor(
    value,
    name=None,
    strict=False,
    allow_downcast=None,
    borrow=False,
    broadcastable=None,
    target="cpu",
):
    """A shared variable for an array; no dimension is broadcastable unless `broadcastable` says so.

    Raises
    ------
    TypeError
        For a value that is no array, and for a target that is not the CPU.
    """
    if target != "cpu":
        raise TypeError(f"target is {target!r}: it must be 'cpu', GPUs are used by the JAX backend")
    return _tensor_constructor(
        value,
        name=name,
        strict=strict,
        allow_downcast=allow_downcast,
        borrow=borrow,
        shape=None if broadcastable is None else [1 if one else None for one in broadcastable],
    )


__getattr__ = absent.names(__name__)
