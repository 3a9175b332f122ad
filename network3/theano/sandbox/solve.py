"""theano.sandbox.solve: the older location of theano.tensor.slinalg.solve."""

from network3.theano import absent
from network3.theano.tensor.slinalg import solve

__all__ = ["solve"]

__getattr__ = absent.names(__name__)
