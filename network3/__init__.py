"""network3: chapter 6 of "Neural Networks and Deep Learning", as a Theano program on PyTensor.

The names of the original module, and a few of this package's own. `GPU` may be set at any time; see
`network3.engine.backend`.
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

# Names that are computed when they are asked for. GPU takes None, but is always True or False.
GPU: bool | None
T: Any
theano: Any

# The original's other names: Theano, and its tensors. They take as long to import as the rest.
_THEANO = {"T": "network3.theano.tensor", "theano": "network3.theano"}

if not TYPE_CHECKING:  # with this function a type checker would accept any name

    def __getattr__(name: str) -> Any:
        if name in _THEANO:
            return importlib.import_module(_THEANO[name])
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class _Module(types.ModuleType):
    """A module whose flag acts when it is set: `network3.GPU = True` chooses the backend."""

    @property
    def GPU(self) -> bool:
        """Whether the JAX backend is chosen; set True, False, or None to let network3 choose."""
        return backend.gpu()

    @GPU.setter
    def GPU(self, flag: bool | None) -> None:
        backend.choose(flag)


sys.modules[__name__].__class__ = _Module
