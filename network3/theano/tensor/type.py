"""theano.tensor.type: the type of tensors.

`TensorType` is PyTensor's class. Its second argument is called `shape`, but also accepts Theano's
broadcastable pattern, as in ``TensorType(dtype, (False, True))``.
"""

from pytensor.graph.type import Type
from pytensor.tensor import TensorType, Variable, values_eq_approx_always_true
from pytensor.tensor.type import (
    values_eq_approx,
    values_eq_approx_remove_inf,
    values_eq_approx_remove_inf_nan,
    values_eq_approx_remove_nan,
)

from network3.theano import absent
from network3.theano.configparser import config

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
