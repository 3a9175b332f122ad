"""theano.sandbox.neighbours: the older location of theano.tensor.nnet.neighbours."""

from network3.theano import absent
from network3.theano.tensor.nnet.neighbours import Images2Neibs, images2neibs, neibs2images

__all__ = ["Images2Neibs", "images2neibs", "neibs2images"]

__getattr__ = absent.names(__name__)
