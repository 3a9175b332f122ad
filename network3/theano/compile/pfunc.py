"""theano.compile.pfunc: `function` under the name of its last stage in Theano."""

from typing import Any

from pytensor.compile.io import Out
from pytensor.compile.rebuild import UnusedInputError, rebuild_collect_shared
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.basic import Constant, Variable

from network3.theano import absent
from network3.theano.compile.function import function
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


def pfunc(params: Any, outputs: Any = None, **arguments: Any) -> Any:
    """Compile a function as `theano.function` does, whose `inputs` are here called `params`."""
    return function(params, outputs, **arguments)


__getattr__ = absent.names(__name__, {"orig_function": "use theano.function"})
