"""theano.compile.debugmode: a mode that compares each operator's Python and C code."""

from typing import Any

import numpy as np
import pytensor.compile.debug.debugmode
from pytensor.compile.debug.debugmode import (
    BadDestroyMap,
    BadThunkOutput,
    BadViewMap,
    DebugModeError,
    InvalidValueError,
    StochasticOrder,
)
from pytensor.compile.mode import predefined_optimizers
from pytensor.graph.features import BadOptimization
from pytensor.graph.type import Type
from pytensor.tensor.type import TensorType
from pytensor.typed_list import TypedListType

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "BadDestroyMap",
    "BadOptimization",
    "BadThunkOutput",
    "BadViewMap",
    "DebugMode",
    "DebugModeError",
    "InvalidValueError",
    "StochasticOrder",
]

# These rewrites fuse several operators into one. In Python such an operator computes entry after
# entry, raises an error if it has more than 32 inputs and outputs, and a fused sum is wrong.
WRONG_IN_PYTHON = ("fusion", "local_careduce_fusion")

# This rewrite inserts -inf, which DebugMode and NanGuardMode refuse (tensor/signal/pool.py).
INFINITE = "lowest_is_minus_infinity"


def without(optimizer: Any, *rewrites: str) -> Any:
    """Return an optimizer, a name or a query, without some rewrites."""
    if isinstance(optimizer, str):
        optimizer = predefined_optimizers[optimizer]
    return optimizer.excluding(*rewrites) if hasattr(optimizer, "excluding") else optimizer


def _is_valid_value(self, data, strict=True):
    """Refuse NaN and infinity too while `filter_checks_isfinite` is true."""
    valid = Type.is_valid_value(self, data, strict)
    return valid and not (self.filter_checks_isfinite and not np.isfinite(data).all())


patch(TensorType, "is_valid_value", _is_valid_value)
patch(TypedListType, "values_eq_approx", TypedListType.values_eq)


class DebugMode(pytensor.compile.debug.debugmode.DebugMode):
    """A mode that computes each operator in Python and in C, and compares the results.

    It raises an `InvalidValueError` for NaN and infinity, unless `check_isfinite` is false. It
    leaves out the rewrites whose operators PyTensor computes wrongly in Python.
    """

    def __init__(self, optimizer: Any = "fast_run", *arguments: Any, **more: Any):
        super().__init__(without(optimizer, *WRONG_IN_PYTHON, INFINITE), *arguments, **more)


__getattr__ = absent.names(__name__)
