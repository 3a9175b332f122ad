"""The log-likelihood cost of a softmax layer as one operator."""

import pytensor.tensor as T
from pytensor.gradient import DisconnectedType

from network3.kernels.operator import KernelOp
from network3.ops.inputs import check_float_arrays, floats


class LogLikelihood(KernelOp):
    """Compute cost = mean over n of -log(p[n, label[n]]), and p, the softmax of each row of z."""

    kernel = "log_likelihood"
    independent_images = False

    def check(self, z, labels):
        check_float_arrays("log_likelihood", 2, z=z)
        if labels.dtype != "int32" or labels.type.ndim != 1:
            raise TypeError(
                f"log_likelihood got labels of type {labels.type}: they must be an ivector"
            )

    def output_shapes(self, z, labels):
        return [(), tuple(z)]

    def output_dtypes(self, z, labels):
        return [z, z]

    def flop(self, z, labels):
        return 0

    def connection_pattern(self, node):
        return [[True, True], [False, False]]

    def pullback(self, inputs, outputs, cotangents):
        labels, p = inputs[1], outputs[1]
        return [LogLikelihoodGradient()(p, labels, cotangents[0]), DisconnectedType()()]

    @classmethod
    def example(cls):
        return cls(), [*floats((3, 7)), T.tensor("labels", dtype="int32", shape=(3,))]


class LogLikelihoodGradient(KernelOp):
    """Compute dz = dcost / N * (p - 1 at the label, p elsewhere)."""

    kernel = "log_likelihood_gradient"
    independent_images = False

    def check(self, p, labels, dcost):
        check_float_arrays("log_likelihood_gradient", 2, p=p)
        check_float_arrays("log_likelihood_gradient", 0, dcost=dcost)

    def output_shapes(self, p, labels, dcost):
        return [tuple(p)]

    def flop(self, p, labels, dcost):
        return 0

    @classmethod
    def example(cls):
        p, dcost = floats((3, 7), ())
        return cls(), [p, T.tensor("labels", dtype="int32", shape=(3,)), dcost]
