"""theano.d3viz: interactive graphs as web pages."""

from network3.theano import absent
from network3.theano.d3viz.d3viz import d3viz, d3write

__all__ = ["d3viz", "d3write"]

__getattr__ = absent.names(__name__)
