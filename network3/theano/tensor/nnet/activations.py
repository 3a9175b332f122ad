"""Activation functions that are built from others."""

from typing import Any

import pytensor.tensor as T

__all__ = ["elu", "hard_sigmoid", "relu", "selu", "softsign", "ultra_fast_sigmoid"]

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


def relu(x: Any, alpha: Any = 0) -> Any:
    """x where it is positive, else alpha * x.

    `alpha` may be an array or variable that broadcasts with x. The derivative at 0 is
    (1 + alpha) / 2, as in Theano.
    """
    if isinstance(alpha, int | float) and alpha == 0:
        return 0.5 * (x + abs(x))
    alpha = T.as_tensor_variable(alpha)
    return 0.5 * (1 + alpha) * x + 0.5 * (1 - alpha) * abs(x)


def elu(x: Any, alpha: Any = 1) -> Any:
    """x where it is positive, else alpha * (exp(x) - 1).

    References
    ----------
    D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and Accurate Deep Network Learning by
    Exponential Linear Units", 2015.
    """
    return T.switch(x > 0, x, alpha * T.expm1(x))


def selu(x: Any) -> Any:
    """The exponential linear unit whose activations keep mean 0 and variance 1.

    References
    ----------
    G. Klambauer and others, "Self-Normalizing Neural Networks", 2017.
    """
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


def softsign(x: Any) -> Any:
    """x / (1 + |x|)"""
    x = T.as_tensor_variable(x)
    return x / (1.0 + abs(x))


def hard_sigmoid(x: Any) -> Any:
    """0.2 * x + 0.5, kept between 0 and 1."""
    x = T.as_tensor_variable(x)
    return T.clip(_float(x) * 0.2 + 0.5, 0.0, 1.0)


def ultra_fast_sigmoid(x: Any) -> Any:
    """The sigmoid in pieces, not smooth, off by less than 0.11.

    It differs from the sigmoid by Theano's three pieces of tanh(x / 2): a fraction, a line and a
    constant.
    """
    half = 0.5 * _float(T.as_tensor_variable(x))
    size = abs(half)
    fraction = 1.5 * size / (1.0 + size)
    line = 0.935409070603099 + 0.0458812946797165 * (size - 1.7)
    tanh = T.switch(size < 1.7, fraction, T.switch(size < 3.0, line, 0.99505475368673))
    return 0.5 * (T.sign(half) * tanh + 1.0)


def _float(x):
    """x as the float that Theano turns an integer into for a function of real numbers."""
    if x.dtype.startswith(("float", "complex")):
        return x
    return x.astype(
        "float32" if x.dtype in ("bool", "int8", "uint8", "int16", "uint16") else "float64"
    )
