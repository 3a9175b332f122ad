"""The log-likelihood cost of a softmax layer as one operator."""

from pytensor.gradient import DisconnectedType

from network3.kernels.c import KernelOp
from network3.kernels.reference import log_likelihood as reference
from network3.ops.inputs import check_float_arrays


class LogLikelihood(KernelOp):
    """cost = mean over n of -log(p[n, label[n]]), and p = softmax(z) by rows"""

    source = "log_likelihood.cpp"
    kernel = "log_likelihood"

    def check(self, z, labels):
        check_float_arrays("log_likelihood", 2, z=z)
        if labels.dtype != "int32" or labels.type.ndim != 1:
            raise TypeError(f"log_likelihood got labels of type {labels.type}, it needs an ivector")

    def output_shapes(self, z, labels):
        return [(), tuple(z)]

    def output_dtypes(self, z, labels):
        return [z, z]

    def reference(self, z, labels):
        return reference.log_likelihood(z, labels)

    def connection_pattern(self, node):
        return [[True, True], [False, False]]

    def pullback(self, inputs, outputs, cotangents):
        labels, p = inputs[1], outputs[1]
        return [LogLikelihoodGradient()(p, labels, cotangents[0]), DisconnectedType()()]


class LogLikelihoodGradient(KernelOp):
    """dz = dcost / N * (p - 1 at the label, p elsewhere)"""

    source = "log_likelihood.cpp"
    kernel = "log_likelihood_gradient"

    def check(self, p, labels, dcost):
        check_float_arrays("log_likelihood_gradient", 2, p=p)
        check_float_arrays("log_likelihood_gradient", 0, dcost=dcost)

    def output_shapes(self, p, labels, dcost):
        return [tuple(p)]

    def reference(self, p, labels, dcost):
        return (reference.log_likelihood_gradient(p, labels, dcost),)
