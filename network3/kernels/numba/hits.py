"""The two gradients of a convolution if most entries of dy are 0.

This is so after the backward pass of max pooling. These kernels visit only the nonzero entries,
which are called hits here. A hit with value g, of image n, filter k and place (p, q), contributes

    dw[k,c,r,s]               += g * x[n,c, p+R-1-r, q+S-1-s]
    dx[n,c, p+R-1-r, q+S-1-s] += g * w[k,c,r,s]                      for all c, r, s

If the feature maps are the innermost dimension, this is, for each row r, one run of S*C numbers in
a row of an image, and one in a row of a filter with its columns reversed; `kernels/c/hits.h` has a
picture. Each gradient is a sum of such runs that stays in registers. The rows of filters are padded
with zeros to whole vectors, so the last vector of a run may extend beyond it.
"""

import numpy as np

from network3.kernels.numba.compiling import jit, threaded
from network3.kernels.numba.maps import blocks, steps
from network3.kernels.numba.vector import (
    add_scaled_runs,
    add_tile,
    is_hit,
    lanes,
    number,
    put,
    tile,
)

# The sizes of tiles: rows of filters, times RUN vectors of a run, or SHORT vectors at its end.
ROWS, RUN, SHORT = 2, 7, 3
NEAR = 24 * 1024  # bytes of images that stay in the nearest cache
LOOK = 6  # cycles per entry of dy; see `hits_are_few`
FILTERS = 5  # the filters of one task of the filter gradient


@jit
def hits_are_few(dy, C, R, S):
    """Estimate whether visiting the hits of dy (K, P, Q, N) takes less time than all products.

    The filters have shape (K, C, R, S). A vector of products takes one cycle if everything is
    stored in rows, and two if runs begin anywhere. Finding the hits and transposing maps and
    filters takes about LOOK cycles per entry of dy.
    """
    K, P, Q, N = dy.shape
    products, runs = C * R * S // lanes(dy), R * blocks(S * C, lanes(dy))
    (map, row), hits = steps(dy), 0
    for k in range(K):
        for p in range(P):
            for j in range(Q * N):
                hits += number(dy, k * map + p * row + j) != 0
    return LOOK * dy.size + 2 * hits * runs < products * dy.size


@jit
def hits_may_be_few(numbers, C, R, S):
    """Return false if visiting hits would take longer even if all entries of dy were 0.

    `numbers` is an array with the dtype of dy.
    """
    return C * R * S // lanes(numbers) > LOOK


def _adder(rows, columns):
    """Return a function add(begin, end, hits, runs, start, row, out, place, out_row, last).

    It computes

        out[place + i * out_row + j] += sum over the hits of value * runs[start + i * row + run + j]

    for `rows` rows i, and for the numbers j in up to `columns` vectors, of which `last` is the
    last one.
    """

    @jit
    def add(begin, end, hits, runs, start, row, out, place, out_row, last):
        places, values = hits
        sums = tile(runs, rows, columns, True)
        for hit in range(begin, end):
            sums = add_scaled_runs(sums, values, hit, runs, start + places[hit], row, last)
        add_tile(out, place, out_row, last, sums)

    return add


_two_rows, _one_row = _adder(ROWS, RUN), _adder(1, RUN)
_two_short_rows, _one_short_row = _adder(ROWS, SHORT), _adder(1, SHORT)


@jit
def add_hits(rows, vectors, begin, end, hits, runs, start, row, out, place, out_row):
    """Do the same for up to ROWS rows and any number of vectors."""
    v = 0
    while v < vectors:
        left = vectors - v
        at, to = start + v * lanes(runs), place + v * lanes(runs)
        if left >= RUN:
            if rows == ROWS:
                _two_rows(begin, end, hits, runs, at, row, out, to, out_row, RUN - 1)
            else:
                _one_row(begin, end, hits, runs, at, row, out, to, out_row, RUN - 1)
            v += RUN
        else:
            last = min(SHORT, left) - 1
            if rows == ROWS:
                _two_short_rows(begin, end, hits, runs, at, row, out, to, out_row, last)
            else:
                _one_short_row(begin, end, hits, runs, at, row, out, to, out_row, last)
            v += SHORT


@jit
def input_gradient_of_hits(dy, w, dx):
    """Compute dx (C, H, W, N) from dy (K, P, Q, N) and w (K, C, R, S).

    One thread computes the sums of an image, for one row of the filters and one place after the
    other.
    """
    (K, C, R, S), (_, H, W, N), vector = w.shape, dx.shape, lanes(dy)
    run, image = blocks(S * C, vector) * vector, H * W * C + vector
    filters = np.zeros((R, K, run), w.dtype)
    for k in range(K):
        for r in range(R):
            start, place = (k * C * R + r) * S + S - 1, (r * K + k) * run
            turn(w, start, -1, R * S, S, C, filters, place, C, 1)
    images = np.empty((N, image), w.dtype)
    _sum_images(N, dy.size * C * R * S // 4, dy, filters, W, C, images)
    for place in range(H * W):
        turn(images, place * C, 1, image, C, N, dx, place * N, H * W * N, 1)


@jit
def turn(given, start, step_i, step_j, rows, columns, turned, place, to_i, to_j):
    """Set turned[place + i * to_i + j * to_j] = given[start + i * step_i + j * step_j]."""
    for i in range(rows):
        for j in range(columns):
            value = number(given, start + i * step_i + j * step_j)
            put(turned, place + i * to_i + j * to_j, value)


@threaded
@jit
def _sum_images(n, dy, filters, W, C, images):
    """Compute the gradient of an image, with the maps innermost."""
    (K, P, Q, _), (R, _, run), image = dy.shape, filters.shape, images.shape[1]
    hits = np.empty(P * Q * K + 1, np.intp), np.empty(P * Q * K + 1, dy.dtype)
    ends = np.zeros(P * Q + 1, np.intp)
    count, (map, row) = 0, steps(dy)
    for place in range(P * Q):
        at = place // Q * row + place % Q * dy.shape[3] + n
        for k in range(K):
            count = note(hits, count, k * run, number(dy, at + k * map))
        ends[place + 1] = count
    images[n] = 0
    for r in range(0, R, ROWS):
        for place in range(P * Q):
            begin, end = ends[place], ends[place + 1]
            to = n * image + ((place // Q + R - 1 - r) * W + place % Q) * C
            if begin < end:
                add_hits(
                    *(min(ROWS, R - r), run // lanes(dy), begin, end, hits),
                    *(filters, r * K * run, K * run, images, to, -W * C),
                )


@jit
def note(hits, count, run, value):
    """Append a hit if the value is not 0, and return the new number of hits.

    It is always written, which avoids a branch that could not be predicted.
    """
    runs, values = hits
    put(runs, count, run)
    put(values, count, value)
    return count + is_hit(value)


@jit
def filter_gradient_of_hits(x, dy, dw):
    """Compute dw (K, C, R, S) from x (C, H, W, N) and dy (K, P, Q, N).

    One thread computes the sums of a filter, for a few images at a time, which stay in the nearest
    cache while all filters use them.
    """
    (K, C, _, S), (_, H, W, N), (map, row) = dw.shape, x.shape, steps(x)
    image = H * W * C
    images = np.zeros(N * image + (blocks(S * C, lanes(x)) + 1) * lanes(x), x.dtype)
    for place in range(H * W):
        start = place // W * row + place % W * N
        turn(x, start, map, 1, C, N, images, place * C, 1, image)
    _sum_filters(blocks(K, FILTERS), dw.size * dy.size // K // 4, images, H, W, dy, dw)


@threaded
@jit
def _sum_filters(task, images, H, W, dy, dw):
    """Compute the gradients of some filters."""
    (K, C, R, S), (_, P, Q, N) = dw.shape, dy.shape
    vectors, image, (map, row) = blocks(S * C, lanes(dy)), H * W * C, steps(dy)
    first, last, run = task * FILTERS, min(K, task * FILTERS + FILTERS), vectors * lanes(dy)
    few = max(1, NEAR // images.itemsize // image)
    hits = np.empty(few * P * Q + 1, np.intp), np.empty(few * P * Q + 1, dy.dtype)
    sums = np.zeros((FILTERS, R, run), dw.dtype)
    for start in range(0, N, few):
        for k in range(first, last):
            count = 0
            for n in range(start, min(N, start + few)):
                for p in range(P):
                    at, place = k * map + p * row + n, ((n - start) * H + p) * W * C
                    for q in range(Q):
                        count = note(hits, count, place + q * C, number(dy, at + q * N))
            for r in range(0, R, ROWS):
                add_hits(
                    *(min(ROWS, R - r), vectors, 0, count, hits),
                    *(images, start * image + (R - 1 - r) * W * C, -W * C),
                    *(sums, ((k - first) * R + r) * run, run),
                )
    for k in range(first, last):
        for r in range(R):
            row, place = ((k - first) * R + r) * run, (k * C * R + r) * S
            turn(sums, row + (S - 1) * C, -C, 1, S, C, dw, place, 1, R * S)
