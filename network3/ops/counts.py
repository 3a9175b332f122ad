"""Counts by their distribution's inverse, from uniform numbers."""

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op

from network3.kernels.reference import counts as reference


class _Count(Op):
    """The smallest count whose cumulative probability is at least u, the first input; the other
    inputs are the distribution's parameters, which fit u's shape by broadcasting."""

    __props__ = ()

    def make_node(self, *inputs):
        inputs = [T.as_tensor_variable(x) for x in inputs]
        return Apply(self, inputs, [T.tensor(dtype="int64", shape=inputs[0].type.shape)])

    def perform(self, node, inputs, output_storage):
        output_storage[0][0] = np.asarray(self.reference(*inputs))

    def infer_shape(self, *arguments):
        # PyTensor 3.0 passes (fgraph, node, shapes), later ones (node, shapes).
        return arguments[-1][:1]

    def connection_pattern(self, node):
        return [[False] for _ in node.inputs]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()() for _ in inputs]


class PoissonCount(_Count):
    """k = the least with P(K <= k) >= u, K of a Poisson distribution with mean lam"""

    reference = staticmethod(reference.poisson_count)


class BinomialCount(_Count):
    """k = the least with P(K <= k) >= u, K the successes in n trials with probability p"""

    reference = staticmethod(reference.binomial_count)


poisson_count = PoissonCount()
binomial_count = BinomialCount()
