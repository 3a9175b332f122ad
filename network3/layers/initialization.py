"""The initial weights and biases of a layer, as shared variables.

All random numbers come from NumPy's global generator, in the order in which layers are built, as in
the original: after `np.random.seed(s)` a network has the same initial parameters as with Theano.
"""

import math

import numpy as np
import pytensor
from pytensor.tensor.sharedvar import TensorSharedVariable

SCALES = {
    "n_out": lambda n_in, n_out: math.sqrt(1.0 / n_out),
    "n_in": lambda n_in, n_out: math.sqrt(1.0 / n_in),
    "he": lambda n_in, n_out: math.sqrt(2.0 / n_in),
}


def weight_scale(layer: str, initialization: str, n_in: int, n_out: float) -> float:
    """Return the standard deviation of a layer's initial weights.

    Parameters
    ----------
    layer : str
        The name of the layer's class, for the error message.
    initialization : "n_out", "n_in" or "he"
        sqrt(1 / n_out), as in the book's network3.py ("Neural Networks and Deep Learning", chapter
        6); sqrt(1 / n_in), as in its chapter 3, "Weight initialization"; or sqrt(2 / n_in), for
        rectified linear units [1]. The random draws are the same for all three, only scaled.
    n_in : int
        The number of inputs of one unit; for a convolutional layer, input feature maps * height *
        width of a filter.
    n_out : float
        The original's divisor; for a convolutional layer, filters * height * width / (size of a
        pooling window).

    Raises
    ------
    ValueError
        If `initialization` is anything else.

    References
    ----------
    [1] K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers: surpassing human-level
    performance on ImageNet classification", ICCV 2015.
    """
    if initialization not in tuple(SCALES):
        raise ValueError(
            f'{layer} got initialization = {initialization!r}: it must be "n_out", "n_in" or "he"'
        )
    return SCALES[initialization](n_in, n_out)


def normal(scale: float, size: tuple[int, ...], name: str) -> TensorSharedVariable:
    """Return a shared variable of `size` in floatX, drawn from N(0, scale^2)."""
    return _shared(np.random.normal(loc=0.0, scale=scale, size=size), name)


def zeros(size: tuple[int, ...], name: str) -> TensorSharedVariable:
    """Return a shared variable of `size` in floatX, all zeros."""
    return _shared(np.zeros(size), name)


def _shared(values, name):
    # The shape is part of the type, because JAX can compile only known sizes.
    values = np.asarray(values, pytensor.config.floatX)
    return pytensor.shared(values, name=name, borrow=True, shape=values.shape)
