"""A step of descent on rows of weights, back and forth in one pass.

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

# Tiles: so many rows of weights, times images; what is left over by many images a few at a time.
ROWS = 2 if MANY_REGISTERS else 1
IMAGES, FEW = 10, 2


def stepper(back, forth):
    """step(k, last, weights, gradients, factors, result), for the rows of w (K, M) from row k to
    row k + `last`, up to ROWS of them:

        back    dx(i, r) = sum over m of d[i][m] * w[k + r][m]
        forth   w[k + r][m] = kept * w[k + r][m] + sum over i of factor(r, i) * d[i][m]

    where

        weights = w, kept, as `kept_lanes` gives it
        gradients = d, pitch, images: d as `by_vectors` gives it, and how many images there are
        factors = numbers, place: factor(r, i) lies at `place` + r * pitch + i
        result = dx, place, image, input: dx(i, r) lies at `place` + i * image + r * input

    Both ways at once only for the images of one tile: else w would change before all are back.
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
    """d (B, M) by vectors, (vectors, images, lanes). The last vector of a row ends where the row
    ends, and so begins inside the one before: in the lanes that both have it is 0. Tiles of images
    are filled up with zeros."""
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
    """What is kept of w, (3, lanes): in the vectors of a row, in its last one, where the lanes are
    1 that the vector before has too, and for images behind the first tile."""
    vector = lanes(w)
    kept = np.ones((3, vector), w.dtype)
    kept[0] = decay
    kept[1, -w.shape[1] % vector :] = decay
    return kept
