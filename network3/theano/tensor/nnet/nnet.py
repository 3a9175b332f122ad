"""Activations, softmaxes and costs."""

from pytensor.tensor import sigmoid, softplus
from pytensor.tensor.special import LogSoftmax, Softmax

from network3.theano import absent
from network3.theano.tensor.nnet.activations import elu, relu, selu, softsign
from network3.theano.tensor.nnet.blocksparse import sparse_block_dot
from network3.theano.tensor.nnet.crossentropies import (
    binary_crossentropy,
    categorical_crossentropy,
    crossentropy_categorical_1hot,
    crossentropy_softmax_1hot,
    crossentropy_softmax_1hot_with_bias,
    crossentropy_softmax_argmax_1hot_with_bias,
    crossentropy_softmax_max_and_argmax_1hot,
    crossentropy_softmax_max_and_argmax_1hot_with_bias,
    sigmoid_binary_crossentropy,
)
from network3.theano.tensor.nnet.hierarchical import h_softmax
from network3.theano.tensor.nnet.rows import (
    Prepend_scalar_constant_to_each_row,
    Prepend_scalar_to_each_row,
    confusion_matrix,
    prepend_0_to_each_row,
    prepend_1_to_each_row,
    prepend_scalar_to_each_row,
)
from network3.theano.tensor.nnet.softmaxes import (
    logsoftmax,
    softmax,
    softmax_graph,
    softmax_with_bias,
)

__all__ = [
    "LogSoftmax",
    "Prepend_scalar_constant_to_each_row",
    "Prepend_scalar_to_each_row",
    "Softmax",
    "binary_crossentropy",
    "categorical_crossentropy",
    "confusion_matrix",
    "crossentropy_categorical_1hot",
    "crossentropy_softmax_1hot",
    "crossentropy_softmax_1hot_with_bias",
    "crossentropy_softmax_argmax_1hot_with_bias",
    "crossentropy_softmax_max_and_argmax_1hot",
    "crossentropy_softmax_max_and_argmax_1hot_with_bias",
    "elu",
    "h_softmax",
    "logsoftmax",
    "logsoftmax_op",
    "prepend_0_to_each_row",
    "prepend_1_to_each_row",
    "prepend_scalar_to_each_row",
    "relu",
    "selu",
    "sigmoid",
    "sigmoid_binary_crossentropy",
    "softmax",
    "softmax_graph",
    "softmax_op",
    "softmax_with_bias",
    "softplus",
    "softsign",
    "sparse_block_dot",
]

softmax_op = softmax
logsoftmax_op = logsoftmax

_GRADIENT = "take the gradient with theano.grad"
_REWRITING = "PyTensor's rewriting does this by itself"

__getattr__ = absent.names(
    __name__,
    {
        "CrossentropyCategorical1Hot": "use crossentropy_categorical_1hot",
        "CrossentropyCategorical1HotGrad": _GRADIENT,
        "CrossentropySoftmax1HotWithBiasDx": _GRADIENT,
        "CrossentropySoftmaxArgmax1HotWithBias": "use crossentropy_softmax_argmax_1hot_with_bias",
        "ScalarSoftsign": "use softsign",
        "SoftmaxGrad": _GRADIENT,
        "SoftmaxWithBias": "use softmax_with_bias",
        "crossentropy_categorical_1hot_grad": _GRADIENT,
        "crossentropy_softmax_1hot_with_bias_dx": _GRADIENT,
        "crossentropy_to_crossentropy_with_softmax": _REWRITING,
        "crossentropy_to_crossentropy_with_softmax_with_bias": _REWRITING,
        "graph_merge_softmax_with_crossentropy_softmax": _REWRITING,
        "scalar_softsign": "use softsign",
        "softmax_grad": _GRADIENT,
        "softmax_simplifier": _REWRITING,
    },
)
