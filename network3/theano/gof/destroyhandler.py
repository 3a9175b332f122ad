"""theano.gof.destroyhandler: keeps the order of operators that overwrite their inputs valid."""

from pytensor.graph.destroyhandler import DestroyHandler, ProtocolError

from network3.theano import absent

__all__ = ["DestroyHandler", "ProtocolError"]

__getattr__ = absent.names(__name__)
