"""theano.compile.nanguardmode: a mode that stops at nan, infinite and very large numbers."""

from pytensor.compile.debug.nanguardmode import NanGuardMode, contains_inf, contains_nan
from pytensor.utils import flatten

from network3.theano import absent

__all__ = ["NanGuardMode", "contains_inf", "contains_nan", "flatten"]

__getattr__ = absent.names(__name__)
