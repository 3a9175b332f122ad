"""theano.ifelse: one of two branches, of which only that one is computed."""

try:
    from pytensor.conditional import IfElse, ifelse
except ImportError:  # before PyTensor 3.2
    from pytensor.ifelse import IfElse, ifelse

from network3.theano import absent

__all__ = ["IfElse", "ifelse"]

__getattr__ = absent.names(__name__)
