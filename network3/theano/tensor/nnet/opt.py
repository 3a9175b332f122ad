"""Theano's graph optimizations for neural networks: PyTensor's rewriting stands in their place."""

from network3.theano import absent

__all__: list[str] = []

__getattr__ = absent.names(__name__)
