"""theano.ifelse: a choice between two branches, of which only the chosen one is computed."""

from network3.kernels.pytensor_versions import IfElse, ifelse
from network3.theano import absent

__all__ = ["IfElse", "ifelse"]

__getattr__ = absent.names(__name__)
