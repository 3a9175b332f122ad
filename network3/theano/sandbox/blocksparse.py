"""theano.sandbox.blocksparse: the older location of theano.tensor.nnet.blocksparse."""

from network3.theano.tensor.nnet import blocksparse
from network3.theano.tensor.nnet.blocksparse import sparse_block_dot

__all__ = ["sparse_block_dot"]

__getattr__ = blocksparse.__getattr__
