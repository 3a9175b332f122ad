"""theano.tensor.type: the type of tensors.

`TensorType` is PyTensor's class. Its second argument is called `shape`, but also accepts Theano's
broadcastable pattern, as in ``TensorType(dtype, (False, True))`` or ``TensorType(dtype, (0, 1))``.
"""

import sys

from pytensor.graph.type import Type
from pytensor.tensor import TensorType, Variable, values_eq_approx_always_true
from pytensor.tensor.type import (
    values_eq_approx,
    values_eq_approx_remove_inf,
    values_eq_approx_remove_inf_nan,
    values_eq_approx_remove_nan,
)

from network3.kernels.pytensor_versions import patch
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

_initialize = TensorType.__init__


def _with_pattern(self, dtype, shape=None, name=None, broadcastable=None):
    """Take a program's 0 and 1 for False and True; in PyTensor's own calls they are lengths."""
    caller = sys._getframe(1).f_globals.get("__name__", "").partition(".")[0]
    if broadcastable is not None:
        shape = broadcastable
    by_program = caller not in ("pytensor", "network3") and isinstance(shape, list | tuple)
    if by_program and all(n in (0, 1) for n in shape):
        shape = [bool(n) for n in shape]
    _initialize(self, dtype, shape, name)


patch(TensorType, "__init__", _with_pattern)

__getattr__ = absent.names(__name__)
