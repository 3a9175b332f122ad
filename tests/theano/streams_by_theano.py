"""Random numbers of the real Theano 1.0.5, as hashes and a few plain numbers, in JSON.

    THEANO_FLAGS=device=cpu python tests/theano/streams_by_theano.py \
        >tests/theano/streams_by_theano.json

made the file beside it, on Python 3.8, with NumPy 1.19 and g++. Each variable is drawn twice.
test_random_streams.py draws the same from `network3.theano`.
"""

import hashlib
import json

import numpy as np

N = 25001  # an odd number, so that a normal number is left for the next call
ROWS = np.random.RandomState(5).dirichlet(np.ones(10), 2500)
THIRDS = np.arange(N) % 3


def floats(floatX):
    """Probabilities and means as arrays of floatX: 1/16 ... 15/16, exact in every precision."""
    return ((1 + np.arange(N) % 15) / 16).astype(floatX)


# Each a function of the streams, theano.tensor and floatX.
RANDOM_STREAMS = {
    "uniform": lambda s, T, X: s.uniform((N,)),
    "uniform between bounds": lambda s, T, X: s.uniform((N,), -0.1, 2.7),
    "uniform between arrays": lambda s, T, X: s.uniform(low=floats(X), high=floats("float64") + 1),
    "uniform in float32": lambda s, T, X: s.uniform((N,), dtype="float32"),
    "uniform in float64": lambda s, T, X: s.uniform((N,), dtype="float64"),
    "normal": lambda s, T, X: s.normal((N,)),
    "normal of a mean": lambda s, T, X: s.normal((5, 5000), 0.1, 0.3),
    "normal of means": lambda s, T, X: s.normal((-1,), avg=floats(X)),
    "binomial": lambda s, T, X: s.binomial((N,)),
    "binomial of floatX": lambda s, T, X: s.binomial((50, 500), n=1, p=0.8, dtype=X),
    "binomial of p": lambda s, T, X: s.binomial((N,), 1, floats(X)),
    "binomial of trials": lambda s, T, X: s.binomial((N,), 5, 0.3),
    "binomial of many trials": lambda s, T, X: s.binomial((N,), 400, 0.3),
    "poisson": lambda s, T, X: s.poisson((N,), 2.5),
    "poisson of many": lambda s, T, X: s.poisson((N,), 50),
    "random_integers": lambda s, T, X: s.random_integers((N,), 1, 6),
    "random_integers of int8": lambda s, T, X: s.random_integers((N,), -128, np.int8(127)),
    "random_integers between arrays": lambda s, T, X: s.random_integers((N,), THIRDS, THIRDS + 9),
    "random_integers of one": lambda s, T, X: s.random_integers((N,), 3, 3),
    "choice": lambda s, T, X: s.choice((N,), 7),
    "choice of p": lambda s, T, X: s.choice((N,), 3, p=[0.25, 0.25, 0.5]),
    "choice of a vector": lambda s, T, X: s.choice((N,), np.array([3, 1, 4, 1, 5])),
    "choice without replacement": lambda s, T, X: s.choice((N,), 26000, replace=False),
    "permutation": lambda s, T, X: s.permutation((250,), 100),
    "permutation of many": lambda s, T, X: s.permutation(n=N),
    "multinomial": lambda s, T, X: s.multinomial(n=4, pvals=ROWS.astype(X)),
    "multinomial of a size": lambda s, T, X: s.multinomial((5000,), n=3, pvals=[0.25, 0.5, 0.25]),
    "shuffle_row_elements": lambda s, T, X: s.shuffle_row_elements(
        np.arange(25000, dtype=X).reshape(250, 100)
    ),
}
MRG_STREAMS = {
    "uniform": lambda s, T, X: s.uniform((N,)),
    "uniform of few": lambda s, T, X: s.uniform((2, 3)),
    "uniform of a number": lambda s, T, X: s.uniform(()),
    "uniform of many": lambda s, T, X: s.uniform((300, 400)),
    "uniform of a variable size": lambda s, T, X: s.uniform((T.constant(ROWS).shape[0], 10)),
    "uniform of 7 streams": lambda s, T, X: s.uniform((N,), nstreams=7),
    "uniform in float32": lambda s, T, X: s.uniform((N,), dtype="float32"),
    "uniform in float64": lambda s, T, X: s.uniform((N,), dtype="float64"),
    "uniform in float16": lambda s, T, X: s.uniform((N,), dtype="float16"),
    "binomial": lambda s, T, X: s.binomial((N,), p=0.8),
    "binomial of floatX": lambda s, T, X: s.binomial((50, 500), n=1, p=0.5, dtype=X),
    "binomial of p": lambda s, T, X: s.binomial((N,), p=floats("float64")),
    "multinomial": lambda s, T, X: s.multinomial(pvals=ROWS.astype(X)),
    "multinomial of trials": lambda s, T, X: s.multinomial(n=9, pvals=ROWS, dtype="auto"),
    "multinomial below 1": lambda s, T, X: s.multinomial(pvals=0.7 * ROWS, nstreams=11),
    "choice": lambda s, T, X: s.choice(8, replace=False, p=ROWS.astype(X)),
    "choice of few": lambda s, T, X: s.choice(1, replace=False, p=ROWS.astype("float32")),
}
# What depends on how products and sums are fused, and on the logarithms and cosines of the libm.
ROUNDED = {
    "uniform between bounds": lambda s, T, X: s.uniform((N,), -0.1, 2.7),
    "uniform between arrays": lambda s, T, X: s.uniform((N,), floats(X), floats(X) + 1),
    "normal": lambda s, T, X: s.normal((N,)),
    "normal of a mean": lambda s, T, X: s.normal([5, 5000], 0.1, 0.3),
    "normal of 7 streams": lambda s, T, X: s.normal(N, nstreams=7),
    "normal in float64": lambda s, T, X: s.normal((N,), dtype="float64"),
    "truncated": lambda s, T, X: s.normal((N,), truncate=True),
    "truncated_normal": lambda s, T, X: s.truncated_normal((50, 500), 1.0, 0.5),
}


def drawn(function, T, streams, draw, floatX):
    """What two calls of a function give that draws one variable."""
    f = function(draw(streams, T, floatX))
    return [np.array(f()) for _ in range(2)]


def summary(arrays):
    """A hash of all bits, the dtype and the shape, and the first three numbers."""
    bits = b"".join(np.ascontiguousarray(a).tobytes() for a in arrays)
    first = arrays[0].ravel()[:3].astype("float64").tolist()
    return [hashlib.sha1(bits).hexdigest(), str(arrays[0].dtype), list(arrays[0].shape), first]


def measures(arrays):
    """The first and the last three numbers, and the sum of all sizes."""
    numbers = np.concatenate([a.ravel() for a in arrays]).astype("float64")
    return [*numbers[:3].tolist(), *numbers[-3:].tolist(), float(np.abs(numbers).sum())]


def lecuyers(function, MRG):
    """420 numbers: twelve streams of seven substreams, five numbers of each, in the order of the
    examples of L'Ecuyer's package."""
    streams = MRG(12345)
    draws = [streams.uniform((35,), dtype="float64", nstreams=7) for _ in range(12)]
    return [np.concatenate([function(u)().reshape(5, 7).T.ravel() for u in draws])]


def main():
    import theano
    import theano.tensor as T
    from theano.sandbox.rng_mrg import MRG_RandomStreams
    from theano.tensor.shared_randomstreams import RandomStreams

    def function(variable):
        return theano.function([], variable)

    results = {"lecuyer": summary(lecuyers(function, MRG_RandomStreams))}
    for X in ("float32", "float64"):
        theano.config.floatX = X
        for name, kind, draws, view in (
            ("RandomStreams", RandomStreams, RANDOM_STREAMS, summary),
            ("MRG_RandomStreams", MRG_RandomStreams, MRG_STREAMS, summary),
            ("rounded", MRG_RandomStreams, ROUNDED, measures),
            ("bits", MRG_RandomStreams, ROUNDED, summary),
        ):
            results[name + " " + X] = {
                key: view(drawn(function, T, kind(234), draw, X)) for key, draw in draws.items()
            }
    print(json.dumps(results, indent=1, sort_keys=True))


if __name__ == "__main__":
    main()
