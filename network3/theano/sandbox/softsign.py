"""theano.sandbox.softsign: the older location of theano.tensor.nnet.nnet.softsign."""

from network3.theano import absent
from network3.theano.tensor.nnet.nnet import softsign

__all__ = ["softsign"]

__getattr__ = absent.names(__name__)
