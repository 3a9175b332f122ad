"""theano.compile.nanguardmode: a mode that raises an error at NaN, infinite or huge values."""

from pytensor.compile.debug.nanguardmode import NanGuardMode, contains_inf, contains_nan
from pytensor.utils import flatten

from network3.theano import absent

__all__ = ["NanGuardMode", "contains_inf", "contains_nan", "flatten"]

__getattr__ = absent.names(__name__)
