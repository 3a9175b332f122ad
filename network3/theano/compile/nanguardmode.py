"""theano.compile.nanguardmode: a mode that raises an error at NaN, infinite or huge values."""

from typing import Any

import numpy as np
import pytensor.compile.debug.nanguardmode
from pytensor.compile.debug.nanguardmode import contains_inf, contains_nan
from pytensor.utils import flatten

from network3.kernels.pytensor_versions import is_numeric_value, patch
from network3.theano import absent
from network3.theano.compile.debugmode import INFINITE, without
from network3.theano.configparser import config

__all__ = ["NanGuardMode", "contains_inf", "contains_nan", "flatten"]


class NanGuardMode(pytensor.compile.debug.nanguardmode.NanGuardMode):
    """A mode that checks each input and each result, and raises an error at the first wrong number.

    Parameters
    ----------
    nan_is_error, inf_is_error, big_is_error : bool, optional
        Whether NaN, infinity and numbers beyond 1e10 are wrong, by default as `theano.config` says.
    optimizer : str or query
    linker
        No effect, as in Theano.
    """

    def __init__(
        self,
        nan_is_error: bool | None = None,
        inf_is_error: bool | None = None,
        big_is_error: bool | None = None,
        optimizer: Any = "default",
        linker: Any = None,
        db: Any = None,
    ):
        if isinstance(optimizer, str) and optimizer == "default":
            optimizer = config.optimizer
        optimizer = without(optimizer, INFINITE)
        super().__init__(nan_is_error, inf_is_error, big_is_error, optimizer, linker, db)


def _is_number(arr, var):
    """Leave out the states of random variables, too."""
    return not isinstance(arr, np.random.RandomState) and is_numeric_value(arr, var)


patch(pytensor.compile.debug.nanguardmode, "_is_numeric_value", _is_number)

__getattr__ = absent.names(__name__)
