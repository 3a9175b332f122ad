"""theano.compile.debugmode: a mode that compares each operator's Python and C code."""

from typing import Any

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

# These rewrites fuse several operators into one. In Python a fused sum gives a wrong result, and an
# operator with more than 32 inputs and outputs raises an error.
WRONG_IN_PYTHON = ("fusion", "local_careduce_fusion")


class DebugMode(pytensor.compile.debug.debugmode.DebugMode):
    """A mode that computes each operator in Python and in C, and compares the results.

    It leaves out the rewrites whose operators PyTensor computes wrongly in Python.
    """

    def __init__(self, optimizer: Any = "fast_run", *arguments: Any, **more: Any):
        if isinstance(optimizer, str):
            optimizer = predefined_optimizers[optimizer]
        if optimizer is not None:
            optimizer = optimizer.excluding(*WRONG_IN_PYTHON)
        super().__init__(optimizer, *arguments, **more)


__getattr__ = absent.names(__name__)
