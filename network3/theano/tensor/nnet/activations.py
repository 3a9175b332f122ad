"""Activation functions that are composed of other functions."""

from typing import Any

import pytensor.tensor as T

__all__ = ["elu", "hard_sigmoid", "relu", "selu", "softsign", "ultra_fast_sigmoid"]

_SELU_ALPHA = 1.6732632423543772848170429916717
_SELU_SCALE = 1.0507009873554804934193349852946


def relu(x: Any, alpha: Any = 0) -> Any:
    """Return x if x > 0, otherwise alpha * x, elementwise.

    `alpha` may be an array or variable that broadcasts with `x`. The derivative at 0 is
    (1 + alpha) / 2, as in Theano.
    """
    if isinstance(alpha, int | float) and alpha == 0:
        return 0.5 * (x + abs(x))
    alpha = T.as_tensor_variable(alpha)
    return 0.5 * (1 + alpha) * x + 0.5 * (1 - alpha) * abs(x)


def elu(x: Any, alpha: Any = 1) -> Any:
    """Return x if x > 0, otherwise alpha * (exp(x) - 1), elementwise.

    References
    ----------
    D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and Accurate Deep Network Learning by
    Exponential Linear Units", 2015.
    """
    return T.switch(x > 0, x, alpha * T.expm1(x))


def selu(x: Any) -> Any:
    """Return the scaled exponential linear unit, whose activations keep mean 0 and variance 1.

    References
    ----------
    G. Klambauer and others, "Self-Normalizing Neural Networks", 2017.
    """
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


def softsign(x: Any) -> Any:
    """Return x / (1 + abs(x)), elementwise."""
    x = T.as_tensor_variable(x)
    return x / (1.0 + abs(x))


def hard_sigmoid(x: Any) -> Any:
    """Return 0.2 * x + 0.5, clipped to [0, 1]."""
    x = _float(T.as_tensor_variable(x))
    slope, shift = (T.constant(n, dtype=x.dtype) for n in (0.2, 0.5))
    return T.clip(x * slope + shift, 0.0, 1.0)


def ultra_fast_sigmoid(x: Any) -> Any:
    """Return a piecewise approximation of the sigmoid, with an error less than 0.11.

    It uses Theano's approximation of tanh(x / 2), which is not smooth: a fraction for small values,
    a line for medium values and a constant for large ones.
    """
    half = 0.5 * _float(T.as_tensor_variable(x))
    size = abs(half)
    fraction = 1.5 * size / (1.0 + size)
    line = 0.935409070603099 + 0.0458812946797165 * (size - 1.7)
    tanh = T.switch(size < 1.7, fraction, T.switch(size < 3.0, line, 0.99505475368673))
    return (0.5 * (T.sign(half) * tanh + 1.0)).astype(half.dtype)


def _float(x):
    """Return x as a float, with the dtype that Theano chooses if x is an integer."""
    if x.dtype.startswith(("float", "complex")):
        return x
    return x.astype(
        "float32" if x.dtype in ("bool", "int8", "uint8", "int16", "uint16") else "float64"
    )
