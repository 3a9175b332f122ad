"""theano.misc.ordered_set: a set that keeps the order of its elements."""

from pytensor.misc.ordered_set import OrderedSet

from network3.theano import absent

__all__ = ["OrderedSet"]

__getattr__ = absent.names(__name__)
