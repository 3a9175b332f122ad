"""theano.compile.function_module: compiled functions, and what is wrong with some."""

from pytensor.compile import Function, FunctionMaker
from pytensor.compile.aliasing import Supervisor
from pytensor.compile.executor import AliasedMemoryError
from pytensor.compile.io import SymbolicInput, SymbolicOutput
from pytensor.compile.rebuild import UnusedInputError

from network3.theano import absent
from network3.theano.compile.io import In

__all__ = [
    "AliasedMemoryError",
    "Function",
    "FunctionMaker",
    "In",
    "Supervisor",
    "SymbolicInput",
    "SymbolicOutput",
    "UnusedInputError",
]

__getattr__ = absent.names(__name__, {"orig_function": "use theano.function"})
