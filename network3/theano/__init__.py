"""The names of Theano 1.0.5, implemented with PyTensor and this package's operators.

`theano-run PROGRAM` runs a program that imports Theano, without changes to it. In notebooks and
conftest files, call `network3.theano.install()`; from then on `import theano` imports this package.
New programs can `import network3.theano as theano`.
"""

from pytensor.compile.debug.profiling import ProfileStats
from pytensor.compile.io import Out, SymbolicInput, SymbolicOutput
from pytensor.graph.basic import Apply, Constant, Variable
from pytensor.graph.fg import FunctionGraph
from pytensor.graph.type import Type
from pytensor.graph.utils import InconsistencyError
from pytensor.link.c.type import Generic, generic
from pytensor.tensor import dot
from pytensor.tensor import get_underlying_scalar_constant_value as get_scalar_constant_value

from network3.theano import (
    absent,
    attributes,
    compat,
    compile,
    configdefaults,
    configparser,
    flags,
    gof,
    gradient,
    ifelse,
    misc,
    printing,
    raise_op,
    sandbox,
    scalar,
    scan_module,
    sparse,
    tensor,
    updates,
    version,
)
from network3.theano.compile import (
    FunctionMaker,
    In,
    Mode,
    OpFromGraph,
    Param,
    as_op,
    function,
    function_dump,
    predefined_linkers,
    predefined_modes,
    predefined_optimizers,
    shared,
)
from network3.theano.configparser import change_flags, config
from network3.theano.gof import Container, Linker, LocalLinker, Op, PerformLinker, toolbox, utils
from network3.theano.gradient import Lop, Rop, grad, subgraph_grad
from network3.theano.installing import install
from network3.theano.misc.safe_asarray import _asarray  # noqa: F401 (programs use it)
from network3.theano.pickles import load_pickle
from network3.theano.printing import pp, pprint
from network3.theano.scan_module import (
    clone,
    foldl,
    foldr,
    map,
    reduce,
    scan,
    scan_checkpoints,
)
from network3.theano.updates import OrderedUpdates

__version__ = version.version

__all__ = [
    "Apply", "Constant", "Container", "FunctionGraph", "FunctionMaker", "Generic", "In",
    "InconsistencyError", "Linker", "LocalLinker", "Lop", "Mode", "Op", "OpFromGraph",
    "OrderedUpdates", "Out", "Param", "PerformLinker", "ProfileStats", "Rop", "SymbolicInput",
    "SymbolicOutput", "Type", "Variable", "as_op", "change_flags", "clone", "compat", "compile",
    "config", "configdefaults", "configparser", "dot", "foldl", "foldr", "function",
    "function_dump", "generic", "get_scalar_constant_value", "gof", "grad", "gradient", "ifelse",
    "install", "load_pickle", "map", "misc", "pp", "pprint", "predefined_linkers",
    "predefined_modes", "predefined_optimizers", "printing", "raise_op", "reduce", "sandbox",
    "scalar", "scan", "scan_checkpoints", "scan_module", "shared", "sparse", "subgraph_grad",
    "tensor", "toolbox", "updates", "utils", "version",
]  # fmt: skip

attributes.add()
flags.read()

__getattr__ = absent.names(
    __name__,
    {
        "d3viz": "import theano.d3viz",
        "gpuarray": "THEANO_FLAGS=device=cuda or network3.GPU = True compiles for a GPU, with JAX",
        "pathparse": "only Theano's build on Windows used it",
        "sparse_grad": "use the gradient of the rows that you index, theano.grad(cost, rows)",
        "test": "it ran Theano's own tests",
        "tests": "they are Theano's own tests",
        "typed_list": "import theano.typed_list",
    },
)
