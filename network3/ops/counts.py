"""Random counts, computed from uniform numbers by inverting the distribution function."""

from pytensor.gradient import DisconnectedType
from pytensor.tensor.type import tensor

from network3.kernels.operator import KernelOp


class _Count(KernelOp):
    """Compute the smallest count whose cumulative probability is at least u, the first input.

    The other inputs are the parameters of the distribution; they are broadcast to the shape of u.
    """

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
    """Compute the smallest k with P(K <= k) >= u, if K has a Poisson distribution with mean lam."""

    kernel = "poisson_count"

    @classmethod
    def example(cls):
        return cls(), _uniform_and(1)


class BinomialCount(_Count):
    """Compute the smallest k with P(K <= k) >= u, if K counts the successes in n trials.

    Each trial succeeds with probability p.
    """

    kernel = "binomial_count"

    @classmethod
    def example(cls):
        return cls(), _uniform_and(2)


def _uniform_and(parameters):
    return [tensor(dtype="float64", shape=shape) for shape in [(3, 2), *parameters * [()]]]


poisson_count = PoissonCount()
binomial_count = BinomialCount()
