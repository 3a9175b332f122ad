"""Sums of runs of numbers times weights, where nearly all the time of a net is spent."""

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.vector import add_scaled, lanes, store_tile, tile


def weigher(rows, columns):
    """weigh(length, counts, run, weights, result):

        out[place + row * pitch + j] = sum over a, b, c of weight(row, a, b, c) * run(a, b, c)[j]

    for all j < length and as many rows as there are, by tiles of `rows` x `columns` vectors, where

        counts = how many a, b, c there are
        run = vectors, start, across: run(a, b, c) begins at `start` and so many steps `across`
        weights = numbers, first, along, step: a weight lies at `first` and so many steps `along`,
            and a `step` for each row
        result = out, place, pitch, last: `last` is the number of the last row
    """
    large, small, single = (
        _tile_weigher(rows, *shape) for shape in ((columns, True), (1, True), (1, False))
    )

    @jit
    def weigh(length, counts, run, weights, result):
        vector = lanes(run[0])
        j = 0
        while j < length:
            # The last tile ends with the run and does again some of what the one before it did.
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
