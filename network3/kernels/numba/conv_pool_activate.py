"""Convolution, pooling, bias and activation as one operator, and the backward pass.

The maps before pooling are computed for a few rows or filters at a time, stay in the cache, and are
not stored: `kernels/c/conv_pool_activate.cpp` and `conv_pool_gradients.cpp` have pictures. Their
gradient is computed as a whole only if visiting its nonzero entries (hits.py) may be faster.
"""

import numpy as np

from network3.kernels.numba.compiling import jit, summing_jit, threaded
from network3.kernels.numba.conv2d import (
    FILTERS,
    conv2d_filter_gradient,
    conv2d_input_gradient,
    row_of_filter_gradients,
    row_of_outputs,
)
from network3.kernels.numba.hits import hits_may_be_few
from network3.kernels.numba.maps import blocks, images_innermost
from network3.kernels.numba.pool_activate import (
    AVERAGE,
    MAX,
    check_windows,
    empty_bits,
    pool_activate_gradient,
    row_of_means,
    row_of_windows,
    spread_map,
)
from network3.kernels.numba.vector import lanes


@jit
def conv_pool_activate(x, w, b, ph, pw, activation, pooling=MAX):
    """Return y and ties (N, K, P, Q) from x (N, C, H, W), w (K, C, R, S) and b (K,)."""
    (N, C, H, W), (K, maps, R, S) = x.shape, w.shape
    P, Q = (H - R + 1) // ph, (W - S + 1) // pw
    if maps != C:
        raise ValueError(
            "conv_pool_activate: the filters and the images must have the same number of feature "
            "maps"
        )
    if len(b) != K:
        raise ValueError("conv_pool_activate: there must be one bias per filter")
    if H < R or W < S:
        raise ValueError("conv_pool_activate: the filters are larger than the images")
    if P < 1 or Q < 1:
        raise ValueError("conv_pool_activate: the windows are larger than the feature maps")
    if ph * pw >= 8 * x.itemsize:
        raise ValueError(
            "conv_pool_activate: a window may have at most 31 places in float32, 63 in float64"
        )
    y = np.empty((K, P, Q, N), x.dtype)
    ties = empty_bits(y)
    products = y.size * ph * pw * C * R * S
    filters = np.ascontiguousarray(w)
    _windows(
        *(blocks(K, FILTERS) * P, products, images_innermost(x), filters, b),
        *(ph, pw, activation, pooling, y, ties),
    )
    return y.transpose(3, 0, 1, 2), ties.transpose(3, 0, 1, 2)


@threaded
@jit
def _windows(task, x, w, b, ph, pw, activation, pooling, y, ties):
    """Compute one row of windows of a block of filters."""
    _, P, Q, N = y.shape
    k, p = task // P * FILTERS, task % P
    row, filters = (x.shape[2] - w.shape[3] + 1) * N, min(FILTERS, len(w) - k)
    outputs = np.empty(filters * ph * row + lanes(x), x.dtype)
    for i in range(ph):
        row_of_outputs(k, p * ph + i, x, w, outputs, i * row, ph * row)
    for f in range(filters):
        first, bias = f * ph * row, b[k + f]
        result, tied = y[k + f, p].reshape(-1), ties[k + f, p].reshape(-1)
        end = len(outputs)
        if pooling == AVERAGE:
            row_of_means(outputs, first, row, Q, N, bias, ph, pw, activation, result, tied)
        else:
            row_of_windows(outputs, first, end, row, Q, N, bias, ph, pw, activation, result, tied)


@jit
def short_conv_pool_activate(x, w, b, ph, pw, activation, pooling=MAX):
    """Return y alone."""
    y, _ = conv_pool_activate(x, w, b, ph, pw, activation, pooling)
    return y


@jit
def conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation, pooling=MAX):
    """Return dw (K, C, R, S) and db (K,). Only the shape of w is used."""
    (N, maps, H, W), (K, C, R, S) = x.shape, w.shape
    if maps != C:
        raise ValueError(
            "conv_pool_gradient: the filters and the images must have the same number of feature "
            "maps"
        )
    if hits_may_be_few(x, C, R, S):
        dz, db = pool_activate_gradient(_maps(x, w), y, ties, dy, ph, pw, activation, pooling)
        return conv2d_filter_gradient(x, dz), db
    P, Q = H - R + 1, W - S + 1
    check_windows((N, K, P, Q), y, ties, dy, ph, pw)
    dw, db = np.empty(w.shape, w.dtype), np.empty(K, w.dtype)
    y, ties, dy = images_innermost(y), images_innermost(ties), images_innermost(dy)
    _filter_gradients(
        *(blocks(K, FILTERS), N * K * P * Q * C * R * S, images_innermost(x), y, ties, dy),
        *(ph, pw, activation, pooling, dw, db),
    )
    return dw, db


@threaded
@jit
def _filter_gradients(task, x, y, ties, dy, ph, pw, activation, pooling, dw, db):
    """Compute the gradients of a block of filters."""
    (K, C, R, S), (_, H, W, N) = dw.shape, x.shape
    k = task * FILTERS
    filters = min(FILTERS, K - k)
    dz = np.empty((filters, H - R + 1, W - S + 1, N), x.dtype)
    for f in range(filters):
        db[k + f] = spread_map(k + f, y, ties, dy, ph, pw, activation, pooling, dz[f])
    for c in range(C):
        for r in range(R):
            row_of_filter_gradients(k, c, r, x, dz, 0, dw)


def make_conv_pool_filter_step(op):
    """Return the kernel that gives the new w and b, and the sum of squares of w if it is wanted."""
    ph, pw, activation, pooling = op.codes()
    squares, in_place = op.squares, op.in_place

    @jit
    def step(x, y, ties, dy, eta, decay, w, b):
        if len(b) != len(w):
            raise ValueError("conv_pool_filter_step: there must be one bias per filter")
        new_w = np.ascontiguousarray(w) if in_place else w.copy()
        new_b = np.ascontiguousarray(b) if in_place else b.copy()
        dw, db = conv_pool_filter_gradient(x, w, y, ties, dy, ph, pw, activation, pooling)
        total = _descend(new_w.reshape(-1), dw.reshape(-1), eta[()], decay[()])
        _descend(new_b, db, eta[()], w.dtype.type(1))
        if squares:
            return new_w, new_b, np.asarray(total)
        return new_w, new_b

    return step


@summing_jit
def _descend(numbers, gradients, eta, decay):
    """Replace numbers by decay * numbers - eta * gradients; return the sum of their old squares."""
    total = numbers.dtype.type(0)
    for j in range(len(numbers)):
        total += numbers[j] * numbers[j]
        numbers[j] = decay * numbers[j] - eta * gradients[j]
    return total


@jit
def conv_pool_input_gradient(x, w, y, ties, dy, ph, pw, activation, pooling=MAX):
    """Return dx (N, C, H, W). Only the shape of x is used."""
    z = _maps(x, w)
    dz, _ = pool_activate_gradient(z, y, ties, dy, ph, pw, activation, pooling)
    return conv2d_input_gradient(dz, w)


@jit
def _maps(x, w):
    """Return an empty array in the shape of the maps before pooling."""
    (N, _, H, W), (K, _, R, S) = x.shape, w.shape
    return np.empty((N, K, H - R + 1, W - S + 1), x.dtype)
