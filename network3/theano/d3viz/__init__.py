"""theano.d3viz: graphs as web pages."""

from pytensor.d3viz import (
    d3viz,
    d3write,
)

from network3.theano import absent

__all__ = [
    "d3viz",
    "d3write",
]

__getattr__ = absent.names(__name__)
