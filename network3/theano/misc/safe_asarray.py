"""theano.misc.safe_asarray: numpy.asarray with a dtype that may be "floatX"."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from network3.theano import absent
from network3.theano.configparser import config

__all__: list[str] = []


def _asarray(a: Any, dtype: DTypeLike, order: Any = None) -> np.ndarray:
    """Return an array of this dtype. Programs call this function as `theano._asarray`."""
    return np.asarray(a, config.floatX if str(dtype) == "floatX" else dtype, order)


__getattr__ = absent.names(__name__)
