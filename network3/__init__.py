"""The book's network3.py, from chapter 6 of "Neural Networks and Deep Learning", on PyTensor.

The package has the names of the original module, and a few of its own. `GPU` can be set at any
time; see `network3.engine.backend`.
"""

import importlib
import sys
import types
from typing import TYPE_CHECKING, Any

from network3.engine import starting, version

# Before any variable is made, and before PyTensor first uses JAX.
starting.start()

from network3.data.digit import read_digit
from network3.data.expander import Expander
from network3.data.expansion import expand
from network3.data.mnist import load_data_shared, size
from network3.data.sharing import share
from network3.engine import backend
from network3.layers import ConvPoolLayer, FullyConnectedLayer, SoftmaxLayer, dropout_layer
from network3.network import Network, load
from network3.ops.activation import ReLU, linear, sigmoid, tanh
from network3.training import Diagnostics, History

__version__ = version.__version__

__all__ = [
    "GPU",
    "ConvPoolLayer",
    "Diagnostics",
    "Expander",
    "FullyConnectedLayer",
    "History",
    "Network",
    "ReLU",
    "SoftmaxLayer",
    "T",
    "dropout_layer",
    "expand",
    "linear",
    "load",
    "load_data_shared",
    "read_digit",
    "share",
    "sigmoid",
    "size",
    "tanh",
    "theano",
]

# Names whose values are computed on access. GPU can be set to None, but reads True or False.
GPU: bool | None
T: Any
theano: Any

# Modules that are imported on first access, because their import takes as long as all the rest.
# theano and T are names of the original module.
_MODULES = {
    "T": "network3.theano.tensor",
    "experiments": "network3.experiments",
    "nets": "network3.nets",
    "plots": "network3.plots",
    "theano": "network3.theano",
}

if TYPE_CHECKING:
    from network3 import experiments as experiments
    from network3 import nets as nets
    from network3 import plots as plots
else:  # with these functions a type checker would accept any name

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        try:
            return importlib.import_module(_MODULES[name])
        except ImportError as error:  # matplotlib is missing; help() looks up every name
            raise AttributeError(f"network3.{name} cannot be imported: {error}") from error

    def __dir__() -> list[str]:
        return sorted({*globals(), *_MODULES, "GPU"})


class _Module(types.ModuleType):
    """A module with a property: setting `network3.GPU = True` chooses the backend at once."""

    @property
    def GPU(self) -> bool:
        """True if the JAX backend is chosen; set None to let network3 choose."""
        return backend.gpu()

    @GPU.setter
    def GPU(self, flag: bool | None) -> None:
        backend.choose(flag)


sys.modules[__name__].__class__ = _Module
