"""True convolution (flipped filters, no padding, stride 1) and its two gradients.

    y[n,k,p,q] = sum over c, r, s of  w[k,c,r,s] * x[n,c, p+R-1-r, q+S-1-s]

Inputs and results have the batch-innermost layout (maps.py): a row of outputs is one run of Q*N
numbers, and each weight is multiplied by one run of an input row. `kernels/c/conv2d.cpp` has a
picture.
"""

import numpy as np

from network3.kernels.numba.compiling import jit, threaded
from network3.kernels.numba.hits import (
    filter_gradient_of_hits,
    hits_are_few,
    input_gradient_of_hits,
)
from network3.kernels.numba.maps import blocks, images_innermost, steps
from network3.kernels.numba.vector import (
    MANY_REGISTERS,
    add_products,
    lanes,
    store_numbers,
    tile,
    totals,
)
from network3.kernels.numba.weighing import weigher

# The sizes of tiles: filters or columns of filters, times vectors.
FILTERS, VECTORS = (4, 5) if MANY_REGISTERS else (2, 5)
COLUMNS, GRADIENTS = (5, 4) if MANY_REGISTERS else (5, 2)

weigh_by_filters = weigher(FILTERS, VECTORS)
weigh_by_columns = weigher(COLUMNS, GRADIENTS)


@jit
def conv2d(x, w):
    """Return y (N, K, P, Q) from x (N, C, H, W) and w (K, C, R, S)."""
    N, C, H, W = x.shape
    K, maps, R, S = w.shape
    P, Q = H - R + 1, W - S + 1
    if maps != C:
        raise ValueError(
            "conv2d: the filters and the images must have the same number of feature maps"
        )
    if P < 1 or Q < 1:
        raise ValueError("conv2d: the filters are larger than the images")
    y = np.empty((K, P, Q, N), x.dtype)
    tasks = blocks(K, FILTERS) * P
    _outputs(tasks, y.size * C * R * S, images_innermost(x), np.ascontiguousarray(w), y)
    return y.transpose(3, 0, 1, 2)


@threaded
@jit
def _outputs(task, x, w, y):
    """Compute one row of outputs of a block of filters."""
    _, P, Q, N = y.shape
    k, p = task // P * FILTERS, task % P
    row_of_outputs(k, p, x, w, y, (k * P + p) * Q * N, P * Q * N)


@jit
def row_of_outputs(k, p, x, w, out, place, pitch):
    """Compute row p of the outputs of a block of filters, from filter k on.

    The row of the first filter begins at `place` in `out`; the rows are `pitch` numbers apart.
    """
    (K, C, R, S), (_, _, W, N), (map, row) = w.shape, x.shape, steps(x)
    counts, run = (C, R, S), (x, p * row, (map, row, N))
    weights = w, (k * C + 1) * R * S - 1, (R * S, -S, -1), C * R * S  # flipped
    result = out, place, pitch, min(FILTERS, K - k) - 1
    weigh_by_filters((W - S + 1) * N, counts, run, weights, result)


@jit
def conv2d_input_gradient(dy, w):
    """Return dx (N, C, H, W) from dy (N, K, P, Q) and w (K, C, R, S).

    A row of dx is the sum of S runs, one for each column e = S-1-s of the filters, shifted by e.
    """
    N, K, P, Q = dy.shape
    filters, C, R, S = w.shape
    if filters != K:
        raise ValueError(
            "conv2d_input_gradient: dy must have as many feature maps as there are filters"
        )
    dy, w = images_innermost(dy), np.ascontiguousarray(w)
    dx = np.empty((C, P + R - 1, Q + S - 1, N), dy.dtype)
    if hits_are_few(dy, C, R, S):
        input_gradient_of_hits(dy, w, dx)
    else:
        _input_gradients(C * (P + R - 1), dy.size * C * R * S, dy, w, dx)
    return dx.transpose(3, 0, 1, 2)


@threaded
@jit
def _input_gradients(task, dy, w, dx):
    """Compute one row of dx."""
    K, C, R, S = w.shape
    _, P, Q, N = dy.shape
    c, h = task // dx.shape[1], task % dx.shape[1]
    map, row = steps(dy)
    r = max(0, R - 1 - h)
    rows = min(R, P + R - 1 - h) - r
    runs = np.empty((S, Q * N), dy.dtype)
    counts, run = (1, rows, K), (dy, (h - R + 1 + r) * row, (0, row, map))
    for e in range(0, S, COLUMNS):
        weights = w, (c * R + r) * S + S - 1 - e, (0, S, C * R * S), -1
        result = runs, e * Q * N, Q * N, min(COLUMNS, S - e) - 1
        weigh_by_columns(Q * N, counts, run, weights, result)
    sums = dx[c, h].reshape(-1)
    sums[:] = 0
    for e in range(S):
        shifted = sums[e * N : e * N + Q * N]
        for j in range(Q * N):
            shifted[j] += runs[e, j]


@jit
def conv2d_filter_gradient(x, dy):
    """Return dw (K, C, R, S) from x (N, C, H, W) and dy (N, K, P, Q)."""
    N, C, H, W = x.shape
    images, K, P, Q = dy.shape
    R, S = H - P + 1, W - Q + 1
    if images != N:
        raise ValueError("conv2d_filter_gradient: x and dy must have the same number of images")
    if R < 1 or S < 1:
        raise ValueError("conv2d_filter_gradient: dy is larger than the images")
    x, dy = images_innermost(x), images_innermost(dy)
    dw = np.empty((K, C, R, S), x.dtype)
    if hits_are_few(dy, C, R, S):
        filter_gradient_of_hits(x, dy, dw)
    else:
        _filter_gradients(blocks(K, FILTERS) * C * R, dw.size * N * P * Q, x, dy, dw)
    return dw


@threaded
@jit
def _filter_gradients(task, x, dy, dw):
    """Compute one row of a block of filters for one input map."""
    _, C, R, _ = dw.shape
    k, c, r = task // (C * R) * FILTERS, task // R % C, task % R
    row_of_filter_gradients(k, c, r, x, dy, k, dw)


@jit
def row_of_filter_gradients(k, c, r, x, dy, first_map, dw):
    """Compute row r of a block of filters, from filter k on, for input map c.

    The maps of these filters in dy begin at `first_map`. Each weight is a sum of products of runs.
    Column s reads x shifted by S-1-s, so the columns of a tile are in reverse order in x.
    """
    K, C, R, S = dw.shape
    _, P, Q, N = dy.shape
    (map, row), (gradient_map, gradient_row) = steps(x), steps(dy)
    run, whole = Q * N, Q * N - Q * N % lanes(x)
    last_filter = min(FILTERS, K - k) - 1
    for s in range(0, S, COLUMNS):
        last_column = min(COLUMNS, S - s) - 1
        start = c * map + (R - 1 - r) * row + (S - 1 - s) * N
        first = first_map * gradient_map
        sums = tile(x, FILTERS, COLUMNS, True)
        for p in range(P):
            for j in range(0, whole, lanes(x)):
                a, b = first + p * gradient_row + j, start + p * row + j
                sums = add_products(sums, dy, a, gradient_map, last_filter, x, b, -N, last_column)
        numbers = totals(sums)
        if whole < run:
            for p in range(P):
                for j in range(whole, run):
                    a, b = first + p * gradient_row + j, start + p * row + j
                    numbers = add_products(
                        numbers, dy, a, gradient_map, last_filter, x, b, -N, last_column
                    )
        place = ((k * C + c) * R + r) * S + s
        store_numbers(dw, place, C * R * S, last_filter, 1, last_column, numbers)
