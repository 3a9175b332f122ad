"""Sums of runs of numbers times weights, which take nearly all the time of a network."""

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.vector import add_scaled, lanes, store_tile, tile


def weigher(rows, columns):
    """Return a function weigh(length, counts, run, weights, result).

    It computes

        out[place + row * pitch + j] = sum over a, b, c of weight(row, a, b, c) * run(a, b, c)[j]

    for j < length and rows 0 to `last`, in tiles of `rows` x `columns` vectors, where

        counts = the numbers of a, b and c
        run = vectors, start, across: run(a, b, c) begins at `start` plus a, b and c times `across`
        weights = numbers, first, along, step: the weight is at `first` plus row * step plus a, b
        and c times `along`
        result = out, place, pitch, last
    """
    large, small, single = (
        _tile_weigher(rows, *shape) for shape in ((columns, True), (1, True), (1, False))
    )

    @jit
    def weigh(length, counts, run, weights, result):
        vector = lanes(run[0])
        j = 0
        while j < length:
            # The last tile ends where the run ends, so it may overlap the tile before it.
            if length >= columns * vector and length - j > 2 * vector:
                j = min(j, length - columns * vector)
                large(j, counts, run, weights, result)
                j += columns * vector
            elif length >= vector:
                j = min(j, length - vector)
                small(j, counts, run, weights, result)
                j += vector
            else:
                single(j, counts, run, weights, result)
                j += 1

    return weigh


def _tile_weigher(rows, columns, whole):
    @jit
    def weigh(j, counts, run, weights, result):
        vectors, start, across = run
        numbers, first, along, step = weights
        out, place, pitch, last = result
        sums = tile(vectors, rows, columns, whole)
        for a in range(counts[0]):
            for b in range(counts[1]):
                at = start + j + a * across[0] + b * across[1]
                weight = first + a * along[0] + b * along[1]
                for _ in range(counts[2]):
                    sums = add_scaled(sums, numbers, weight, step, last, vectors, at)
                    at += across[2]
                    weight += along[2]
        store_tile(out, place + j, pitch, last, sums)

    return weigh
