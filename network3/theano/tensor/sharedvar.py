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


ScalarSharedVariable = TensorSharedVariable  # PyTensor has one class for scalars and tensors.


def tensor_constructor(
    value,
    name=None,
    strict=False,
    allow_downcast=None,
    borrow=False,
    broadcastable=None,
    target="cpu",
):
    """Create a shared variable that holds an array.

    No axis is broadcastable unless `broadcastable`, one boolean for each axis, says so.

    Raises
    ------
    TypeError
        If the value is not an array, or if `target` is not "cpu".
    """
    if target != "cpu":
        raise TypeError(
            f"target is {target!r}: it must be 'cpu'; to use a GPU, choose the JAX backend"
        )
    return _tensor_constructor(
        value,
        name=name,
        strict=strict,
        allow_downcast=allow_downcast,
        borrow=borrow,
        shape=None if broadcastable is None else [1 if one else None for one in broadcastable],
    )


__getattr__ = absent.names(__name__)
