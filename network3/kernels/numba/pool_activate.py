"""Pooling, bias and activation in one pass, and the backward pass.

    y[n,c,p,q] = activation(b[c] + max or mean of x[n,c, p*ph+i, q*pw+j] over i < ph, j < pw)

The maps have the batch-innermost layout (maps.py): the places of a window are ph*pw runs of N
numbers. In ties[n,c,p,q], bit i*pw + j is set if place (i, j) receives the gradient: it equals the
maximum, or the window is averaged. So the backward pass needs neither x nor the maximum.

If N does not fill whole vectors, the last vector of a run overlaps the beginning of the next run,
which is computed afterwards. At the end of the maps numbers are handled one by one.
"""

import numpy as np
from numba import types
from numba.extending import overload
from numba.np.numpy_support import as_dtype

from network3.kernels.numba.activation import activate, slope
from network3.kernels.numba.compiling import jit, summing_jit, threaded
from network3.kernels.numba.maps import blocks, images_innermost, steps
from network3.kernels.numba.vector import (
    lanes,
    larger,
    load,
    number,
    set_where_equal,
    store,
    vector,
    where_set,
)

MAX, AVERAGE = 0, 1  # as in network3.kernels.codes


@jit
def pool_activate(x, b, ph, pw, activation, pooling=MAX):
    """Return y and ties (N, C, P, Q) from x (N, C, H, W) and b (C,)."""
    N, C, H, W = x.shape
    P, Q = H // ph, W // pw
    if len(b) != C:
        raise ValueError("pool_activate: there must be one bias per feature map")
    if P < 1 or Q < 1:
        raise ValueError("pool_activate: the windows are larger than the feature maps")
    if ph * pw >= 8 * x.itemsize:
        raise ValueError(
            "pool_activate: a window may have at most 31 places in float32, 63 in float64"
        )
    y = np.empty((C, P, Q, N), x.dtype)
    ties = empty_bits(y)
    _windows(C * P, 16 * x.size, images_innermost(x), b, ph, pw, activation, pooling, y, ties)
    return y.transpose(3, 0, 1, 2), ties.transpose(3, 0, 1, 2)


def empty_bits(y):
    """Return an empty array in the shape of y, of integers as wide as the numbers of y."""
    dtype = np.dtype(f"int{8 * y.itemsize}")
    return np.empty(y.shape, dtype)


@overload(empty_bits)
def _(y):
    dtype = as_dtype(types.Integer.from_bitwidth(y.dtype.bitwidth))
    return lambda y: np.empty(y.shape, dtype)


@threaded
@jit
def _windows(task, x, b, ph, pw, activation, pooling, y, ties):
    """Compute one row of windows."""
    (C, H, W, N), (_, P, Q, _) = x.shape, y.shape
    c, p = task // P, task % P
    map, row = steps(x)
    first, end = c * map + p * ph * row, (C - 1) * map + (H - 1) * row + W * N
    result, tied = y[c, p].reshape(-1), ties[c, p].reshape(-1)
    if pooling == AVERAGE:
        row_of_means(x, first, row, Q, N, b[c], ph, pw, activation, result, tied)
    else:
        row_of_windows(x, first, end, row, Q, N, b[c], ph, pw, activation, result, tied)


@jit(inline="always")
def row_of_windows(x, first, end, row, Q, N, bias, ph, pw, activation, result, tied):
    """Compute y and ties, Q*N numbers each, of one row of windows.

    The places of the windows begin at `first` in x, and their rows are `row` numbers apart; the
    numbers of x end at `end`.
    """
    reach = (ph - 1) * row + (pw - 1) * N + lanes(x)
    maxima, bits = np.empty(Q * N + lanes(x), x.dtype), np.empty(Q * N + lanes(x), tied.dtype)
    numbers, no_bits = vector(x, True), vector(bits, True)
    number, no_bit = vector(x, False), vector(bits, False)
    for q in range(Q):
        for n in range(0, N, lanes(x)):
            at, to = first + q * pw * N + n, q * N + n
            if at + reach > end:
                for i in range(min(lanes(x), N - n)):
                    _window(number, no_bit, x, at + i, row, N, ph, pw, maxima, bits, to + i)
            elif ph == 2 and pw == 2:
                _window(numbers, no_bits, x, at, row, N, 2, 2, maxima, bits, to)
            else:
                _window(numbers, no_bits, x, at, row, N, ph, pw, maxima, bits, to)
    for j in range(Q * N):
        result[j] = maxima[j] + bias
        tied[j] = bits[j]
    activate(activation, result)


@jit
def row_of_means(x, first, row, Q, N, bias, ph, pw, activation, result, tied):
    """Compute the same for average pooling, where all bits are set."""
    size, all_places = result.dtype.type(ph * pw), (1 << (ph * pw)) - 1
    result[:] = 0
    tied[:] = all_places
    # The outer loops go over places: LLVM's optimizer crashes if they go over windows (numba 0.65).
    for i in range(ph):
        for j in range(pw):
            for q in range(Q):
                at = first + i * row + (q * pw + j) * N
                for n in range(N):
                    result[q * N + n] += number(x, at + n)
    for k in range(Q * N):
        result[k] = result[k] / size + bias
    activate(activation, result)


@jit(inline="always")
def _window(like, bits, x, at, row, N, ph, pw, maxima, ties, to):
    """Compute the maximum of a window and its ties, for as many images as `like` has lanes."""
    most = load(like, x, at)
    for i in range(ph):
        for j in range(pw):
            most = larger(most, load(like, x, at + i * row + j * N))
    for i in range(ph):
        for j in range(pw):
            bit = 1 << (i * pw + j)
            bits = set_where_equal(bits, bit, load(like, x, at + i * row + j * N), most)
    store(maxima, to, most)
    store(ties, to, bits)


@jit
def pool_activate_gradient(x, y, ties, dy, ph, pw, activation, pooling=MAX):
    """Return dx (N, C, H, W) and db (C,) from y, ties and dy (N, C, P, Q).

    Only the shape of x is used.
    """
    N, C, H, W = x.shape
    check_windows(x.shape, y, ties, dy, ph, pw)
    dx, db = np.empty((C, H, W, N), x.dtype), np.empty(C, x.dtype)
    y, ties, dy = images_innermost(y), images_innermost(ties), images_innermost(dy)
    _spread(C, 16 * x.size, y, ties, dy, ph, pw, activation, pooling, dx, db)
    return dx.transpose(3, 0, 1, 2), db


@jit
def check_windows(shape, y, ties, dy, ph, pw):
    """Raise ValueError unless y, ties and dy have the shape of pooled maps (N, C, H, W)."""
    N, C, H, W = shape
    if y.shape != dy.shape or y.shape != ties.shape:
        raise ValueError("pool_activate_gradient: y, ties and dy must have the same shape")
    if y.shape != (N, C, H // ph, W // pw):
        raise ValueError("pool_activate_gradient: y must have the shape of x after pooling")


@threaded
@jit
def _spread(c, y, ties, dy, ph, pw, activation, pooling, dx, db):
    """Compute one map of dx, and one entry of db."""
    db[c] = spread_map(c, y, ties, dy, ph, pw, activation, pooling, dx[c])


@jit
def spread_map(c, y, ties, dy, ph, pw, activation, pooling, dx):
    """Compute map c of dx, (H, W, N), and return the sum of its gradients d."""
    _, P, Q, N = y.shape
    W, row = dx.shape[1], dx.shape[1] * N
    (y_map, y_row), (tie_map, tie_row), (dy_map, dy_row) = steps(y), steps(ties), steps(dy)
    map, total = dx.reshape(-1), dx.dtype.type(0)
    d, bits = np.empty(Q * N + lanes(dx), dx.dtype), np.empty(Q * N + lanes(dx), ties.dtype)
    for p in range(P):
        slope(activation, dy, c * dy_map + p * dy_row, y, c * y_map + p * y_row, d[: Q * N])
        total += _total(d[: Q * N])
        if pooling == AVERAGE:
            for j in range(Q * N):
                d[j] /= dx.dtype.type(ph * pw)
        for j in range(Q * N):
            bits[j] = number(ties, c * tie_map + p * tie_row + j)
        for i in range(ph):
            at = (p * ph + i) * row
            end = at + (Q * pw - 1) * N + blocks(N, lanes(dx)) * lanes(dx)
            if end > len(map):
                _spread_row(vector(dx, False), 1, d, bits, i * pw, Q, N, pw, map, at)
            elif pw == 2:
                _spread_row(vector(dx, True), lanes(dx), d, bits, i * pw, Q, N, 2, map, at)
            else:
                _spread_row(vector(dx, True), lanes(dx), d, bits, i * pw, Q, N, pw, map, at)
            if Q * pw < W:
                map[at + Q * pw * N : at + row] = 0
    map[P * ph * row :] = 0
    return total


@jit(inline="always")
def _spread_row(like, step, d, ties, first_bit, Q, N, pw, map, at):
    """Fill one row of places, for `step` images at once: d where a place ties, else 0."""
    for q in range(Q):
        for j in range(pw):
            bit, place = 1 << (first_bit + j), at + (q * pw + j) * N
            for n in range(0, N, step):
                gradient, tied = load(like, d, q * N + n), load(like, ties, q * N + n)
                store(map, place + n, where_set(tied, bit, gradient))


@summing_jit
def _total(numbers):
    total = numbers.dtype.type(0)
    for j in range(len(numbers)):
        total += numbers[j]
    return total
