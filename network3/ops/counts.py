"""Counts by their distribution's inverse, from uniform numbers."""

from pytensor.gradient import DisconnectedType
from pytensor.tensor.type import tensor

from network3.kernels.operator import KernelOp


class _Count(KernelOp):
    """The smallest count whose cumulative probability is at least u, the first input; the other
    inputs are the distribution's parameters, which fit u's shape by broadcasting."""

    independent_images = False

    def output_shapes(self, u, *parameters):
        return [tuple(u)]

    def output_dtypes(self, *dtypes):
        return ["int64"]

    def flop(self, *shapes):
        return 0

    def connection_pattern(self, node):
        return [[False] for _ in node.inputs]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()() for _ in inputs]


class PoissonCount(_Count):
    """k = the least with P(K <= k) >= u, K of a Poisson distribution with mean lam"""

    kernel = "poisson_count"

    @classmethod
    def example(cls):
        return cls(), _uniform_and(1)


class BinomialCount(_Count):
    """k = the least with P(K <= k) >= u, K the successes in n trials with probability p"""

    kernel = "binomial_count"

    @classmethod
    def example(cls):
        return cls(), _uniform_and(2)


def _uniform_and(parameters):
    return [tensor(dtype="float64", shape=shape) for shape in [(3, 2), *parameters * [()]]]


poisson_count = PoissonCount()
binomial_count = BinomialCount()
