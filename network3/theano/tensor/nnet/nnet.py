"""theano.tensor.nnet.nnet: activations, softmaxes and costs."""

from pytensor.tensor import sigmoid, softplus

from network3.theano import absent
from network3.theano.tensor.nnet import crossentropies as _crossentropies
from network3.theano.tensor.nnet import rows as _rows
from network3.theano.tensor.nnet import softmaxes as _softmaxes
from network3.theano.tensor.nnet.activations import elu, relu, selu, softsign
from network3.theano.tensor.nnet.blocksparse import sparse_block_dot
from network3.theano.tensor.nnet.crossentropies import *
from network3.theano.tensor.nnet.hierarchical import h_softmax
from network3.theano.tensor.nnet.rows import *
from network3.theano.tensor.nnet.softmaxes import *
from network3.theano.tensor.nnet.softmaxes import logsoftmax as logsoftmax_op
from network3.theano.tensor.nnet.softmaxes import softmax as softmax_op

__all__ = [
    *_crossentropies.__all__,
    *_rows.__all__,
    *_softmaxes.__all__,
    "elu",
    "h_softmax",
    "logsoftmax_op",
    "relu",
    "selu",
    "sigmoid",
    "softmax_op",
    "softplus",
    "softsign",
    "sparse_block_dot",
]

_REWRITING = "leave it out, PyTensor rewrites graphs automatically"

__getattr__ = absent.names(
    __name__,
    {
        "ScalarSoftsign": "use softsign",
        "crossentropy_to_crossentropy_with_softmax": _REWRITING,
        "crossentropy_to_crossentropy_with_softmax_with_bias": _REWRITING,
        "graph_merge_softmax_with_crossentropy_softmax": _REWRITING,
        "scalar_softsign": "use softsign",
        "softmax_simplifier": _REWRITING,
    },
)
