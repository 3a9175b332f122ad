"""theano.compile.pfunc: `function` under the name of its last stage in Theano."""

from pytensor.compile.io import Out
from pytensor.compile.rebuild import UnusedInputError, rebuild_collect_shared
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Constant, Variable

from network3.theano import absent
from network3.theano.compile.function import function as pfunc
from network3.theano.compile.io import In, Param
from network3.theano.compile.sharedvalue import shared

__all__ = [
    "Constant",
    "In",
    "Out",
    "Param",
    "SharedVariable",
    "UnusedInputError",
    "Variable",
    "pfunc",
    "rebuild_collect_shared",
    "shared",
]

__getattr__ = absent.names(__name__, {"orig_function": "use theano.function"})
