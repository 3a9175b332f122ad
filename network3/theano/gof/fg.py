"""theano.gof.fg: `FunctionGraph`, a graph with inputs and outputs that can be changed."""

from pytensor.graph.fg import FunctionGraph
from pytensor.graph.null_type import NullType
from pytensor.graph.utils import InconsistencyError, MissingInputError

from network3.theano import absent

__all__ = ["FunctionGraph", "InconsistencyError", "MissingInputError", "NullType"]

__getattr__ = absent.names(__name__)
