"""Initial weights and biases, as shared variables.

All random numbers come from NumPy's global generator, in the order in which layers are built, as in
the original: after `np.random.seed(s)` a net starts where it would have started on Theano.
"""

import numpy as np
import pytensor
from pytensor.tensor.sharedvar import TensorSharedVariable


def normal(scale: float, size: tuple[int, ...], name: str) -> TensorSharedVariable:
    """A shared variable of `size` in floatX, drawn from N(0, scale^2)."""
    return _shared(np.random.normal(loc=0.0, scale=scale, size=size), name)


def zeros(size: tuple[int, ...], name: str) -> TensorSharedVariable:
    """A shared variable of `size` in floatX, all zeros."""
    return _shared(np.zeros(size), name)


def _shared(values, name):
    # The shape is part of the type: JAX can compile only what has sizes known beforehand.
    values = np.asarray(values, pytensor.config.floatX)
    return pytensor.shared(values, name=name, borrow=True, shape=values.shape)
