"""Convolution, max pooling, bias and activation in one, and the way back: the kernels of each after
each other."""

import numpy as np

from network3.kernels.numba.compiling import jit, summing_jit
from network3.kernels.numba.conv2d import conv2d, conv2d_filter_gradient, conv2d_input_gradient
from network3.kernels.numba.pool_activate import pool_activate, pool_activate_gradient


@jit
def conv_pool_activate(x, w, b, ph, pw, activation):
    """y and ties (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    return pool_activate(conv2d(x, w), b, ph, pw, activation)


@jit
def short_conv_pool_activate(x, w, b, ph, pw, activation):
    """y alone."""
    y, _ = pool_activate(conv2d(x, w), b, ph, pw, activation)
    return y


@jit
def conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation):
    """dw (K, C, R, S) and db (K,)."""
    z = _maps(x, w)
    dz, db = pool_activate_gradient(z, y, ties, dy, ph, pw, activation)
    return conv2d_filter_gradient(x, dz), db


def conv_pool_filter_step(op):
    """The new w and b, and the sum of the squares of the old w, where wanted."""
    ph, pw, activation = op.ph, op.pw, op.activation_number
    squares, in_place = op.squares, op.in_place

    @jit
    def step(x, y, ties, dy, eta, decay, w, b):
        if len(b) != len(w):
            raise ValueError("conv_pool_filter_step: there are not as many biases as filters")
        new_w = np.ascontiguousarray(w) if in_place else w.copy()
        new_b = np.ascontiguousarray(b) if in_place else b.copy()
        dw, db = conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation)
        total = _descend(new_w.reshape(-1), dw.reshape(-1), eta[()], decay[()])
        _descend(new_b, db, eta[()], w.dtype.type(1))
        if squares:
            return new_w, new_b, np.asarray(total)
        return new_w, new_b

    return step


@summing_jit
def _descend(numbers, gradients, eta, decay):
    """decay * numbers - eta * gradients in their place; the sum of their squares before."""
    total = numbers.dtype.type(0)
    for j in range(len(numbers)):
        total += numbers[j] * numbers[j]
        numbers[j] = decay * numbers[j] - eta * gradients[j]
    return total


@jit
def conv_pool_input_gradient(x, w, y, ties, dy, ph, pw, activation):
    """dx (N, C, H, W)."""
    z = _maps(x, w)
    dz, _ = pool_activate_gradient(z, y, ties, dy, ph, pw, activation)
    return conv2d_input_gradient(dz, w)


@jit
def _maps(x, w):
    """An array, not filled, of the shape of the maps before pooling."""
    (N, _, H, W), (K, _, R, S) = x.shape, w.shape
    return np.empty((N, K, H - R + 1, W - S + 1), x.dtype)
