"""The backward pass through rows of weights and their SGD update, in one pass.

`kernels/c/fully_connected.cpp` does the same.
"""

import numpy as np

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.maps import blocks
from network3.kernels.numba.vector import (
    MANY_REGISTERS,
    add_products,
    add_scaled,
    lanes,
    store_numbers,
    store_tile,
    tile,
    totals,
)

# The sizes of tiles: rows of weights, times IMAGES images, or FEW images for the rest.
ROWS = 2 if MANY_REGISTERS else 1
IMAGES, FEW = 10, 2


def stepper(back, forth):
    """Return a function step(k, last, weights, gradients, factors, result).

    It handles rows k to k + `last` of w (K, M), at most ROWS of them, and computes

        back    dx(i, r) = sum over m of d[i][m] * w[k + r][m]
        forth   w[k + r][m] = kept * w[k + r][m] + sum over i of factor(r, i) * d[i][m]

    where

        weights = w, kept: kept comes from `kept_lanes`
        gradients = d, pitch, images: d comes from `by_vectors`, images is their number
        factors = numbers, place: factor(r, i) is at `place` + r * pitch + i
        result = dx, place, image, input: dx(i, r) is at `place` + i * image + r * input

    Both can be computed together only if all images fit into one tile. Otherwise w would change
    before the backward pass of all images is done.
    """
    many = _tile_stepper(IMAGES, back, forth)
    few = many if back and forth else _tile_stepper(FEW, back, forth)

    @jit
    def step(k, last, weights, gradients, factors, result):
        pitch, first = gradients[1], 0
        while first < pitch:
            if pitch - first >= IMAGES:
                many(k, last, weights, gradients, first, factors, result)
                first += IMAGES
            else:
                few(k, last, weights, gradients, first, factors, result)
                first += FEW

    return step


def _tile_stepper(images, back, forth):
    @jit
    def step(k, last, weights, gradients, first, factors, result):
        w, kept = weights
        d, pitch, count = gradients
        numbers, factor = factors
        dx, place, image, input = result
        M, vector = w.shape[1], lanes(w)
        last_image = min(images, count - first) - 1
        sums = tile(w, images, ROWS, True)
        for m in range(0, M, vector):
            whole = m + vector <= M
            at = k * M + (m if whole else M - vector)
            gradient = m * pitch + first * vector
            if back:
                sums = add_products(sums, d, gradient, vector, last_image, w, at, M, last)
            if forth:
                new, keep = tile(w, ROWS, 1, True), 2 * vector if first else 0 if whole else vector
                new = add_products(new, w, at, M, last, kept, keep, 0, 0)
                for i in range(images):
                    place_of_d = gradient + i * vector
                    new = add_scaled(new, numbers, factor + first + i, pitch, last, d, place_of_d)
                store_tile(w, at, M, last, new)
        if back:
            store_numbers(dx, place + first * image, image, last_image, input, last, totals(sums))

    return step


@jit
def by_vectors(d):
    """Return d (B, M) by vectors, (vectors, images, lanes).

    The last vector of a row ends where the row ends, so it may overlap the one before; it is 0 in
    the lanes that overlap. Images are padded with zeros to whole tiles.
    """
    B, M = d.shape
    vector, vectors, pitch = lanes(d), blocks(M, lanes(d)), max(1, blocks(B, FEW)) * FEW
    result = np.zeros((vectors, pitch, vector), d.dtype)
    for v in range(vectors):
        for i in range(B):
            if (v + 1) * vector <= M:
                for lane in range(vector):
                    result[v, i, lane] = d[i, v * vector + lane]
            else:
                for lane in range(vectors * vector - M, vector):
                    result[v, i, lane] = d[i, M - vector + lane]
    return result


@jit
def kept_lanes(w, decay):
    """Return the factors by which w is kept, (3, lanes).

    Row 0 is for the vectors of a row of w, row 1 for its last vector, with 1 in the lanes that
    overlap the vector before, and row 2 for images after the first tile.
    """
    vector = lanes(w)
    kept = np.ones((3, vector), w.dtype)
    kept[0] = decay
    kept[1, -w.shape[1] % vector :] = decay
    return kept
