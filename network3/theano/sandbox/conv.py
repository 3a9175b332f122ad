"""theano.sandbox.conv: empty since Theano 0.8; convolutions are in theano.tensor.nnet.conv."""

from network3.theano import absent

__all__: list[str] = []

__getattr__ = absent.names(
    __name__,
    {"ConvOp": "use theano.tensor.nnet.conv2d", "conv2d": "use theano.tensor.nnet.conv.conv2d"},
)
