"""The book's activation functions and their derivatives, for runs of numbers in a flat array.

The derivative is computed from the result y alone, so z need not be stored.
"""

import math

import numpy as np
from numba import types
from numba.extending import overload

from network3.kernels.numba.compiling import OPTIONS, jit
from network3.kernels.numba.vector import number, times_power_of_two

RELU, SIGMOID, TANH = 1, 2, 3  # as in network3.kernels.codes

_MOST, _ROUND, _LOG2E = map(np.float32, (87, 12582912, 1.44269504))
_LN2_HIGH, _LN2_LOW = map(np.float32, (0.693359375, -2.12194440e-4))
_E5, _E4, _E3 = map(np.float32, (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3))
_E2, _E1, _E0 = map(np.float32, (4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1))
_T4, _T3, _T2 = map(np.float32, (-5.70498872745e-3, 2.06390887954e-2, -5.37397155531e-2))
_T1, _T0 = map(np.float32, (1.33314422036e-1, -3.33332819422e-1))
_NEAR, _ONE, _TWO = map(np.float32, (0.390625, 1, 2))


def exponential(x):
    """Return exp(x).

    In float32 it is written so that LLVM can vectorize it; `kernels/c/activation.h` explains it.
    x is then clipped to [-87, 87], and NaN stays NaN.
    """
    return math.exp(x)


@overload(exponential, jit_options=OPTIONS)
def _exponential(x):
    if x == types.float32:
        return _exponential32
    return lambda x: math.exp(x)


def _exponential32(x):
    x = _MOST if x > _MOST else x
    x = -_MOST if x < -_MOST else x
    shifted = x * _LOG2E + _ROUND
    n = shifted - _ROUND
    r = x - n * _LN2_HIGH - n * _LN2_LOW
    p = ((((_E5 * r + _E4) * r + _E3) * r + _E2) * r + _E1) * r + _E0
    result = times_power_of_two(p * r * r + r + _ONE, shifted)
    return result if x == x else x


def hyperbolic_tangent(z):
    """Return tanh(z); in float32 by an odd polynomial near 0, else as 1 - 2 / (e^2z + 1)."""
    return math.tanh(z)


@overload(hyperbolic_tangent, jit_options=OPTIONS)
def _hyperbolic_tangent(z):
    if z == types.float32:
        return _hyperbolic_tangent32
    return lambda z: math.tanh(z)


def _hyperbolic_tangent32(z):
    square = z * z
    far = _ONE - _TWO / (exponential(_TWO * z) + _ONE)
    p = (((_T4 * square + _T3) * square + _T2) * square + _T1) * square + _T0
    return p * square * z + z if square < _NEAR else far


@jit
def activate(activation, y):
    """Apply the activation to y, a flat array, in place."""
    one = y.dtype.type(1)
    zero = y.dtype.type(0)
    if activation == RELU:
        for j in range(len(y)):
            y[j] = zero if y[j] <= zero else y[j]  # NaN stays NaN
    elif activation == SIGMOID:
        for j in range(len(y)):
            y[j] = one / (one + exponential(-y[j]))
    elif activation == TANH:
        for j in range(len(y)):
            y[j] = hyperbolic_tangent(y[j])


@jit
def slope(activation, dy, dy_at, y, y_at, d):
    """Compute d = dy * activation'(z), a flat array, from runs of dy and y = activation(z)."""
    one = d.dtype.type(1)
    zero = d.dtype.type(0)
    for j in range(len(d)):
        d[j] = number(dy, dy_at + j)
    if activation == RELU:
        for j in range(len(d)):
            d[j] = d[j] if number(y, y_at + j) > zero else zero
    elif activation == SIGMOID:
        for j in range(len(d)):
            result = number(y, y_at + j)
            d[j] *= result * (one - result)
    elif activation == TANH:
        for j in range(len(d)):
            result = number(y, y_at + j)
            d[j] *= one - result * result
