"""theano.tensor.type: the type of tensors.

`TensorType(dtype, broadcastable)` is PyTensor's class, whose second argument is called `shape` and
takes Theano's booleans as well.
"""

from pytensor.tensor import TensorType, Variable, values_eq_approx_always_true
from pytensor.tensor.math import config
from pytensor.tensor.type import (
    values_eq_approx,
    values_eq_approx_remove_inf,
    values_eq_approx_remove_inf_nan,
    values_eq_approx_remove_nan,
)
from pytensor.tensor.type_other import Type

from network3.theano import absent

__all__ = [
    "TensorType",
    "Type",
    "Variable",
    "config",
    "values_eq_approx",
    "values_eq_approx_always_true",
    "values_eq_approx_remove_inf",
    "values_eq_approx_remove_inf_nan",
    "values_eq_approx_remove_nan",
]


__getattr__ = absent.names(__name__)
