"""theano.gof: graphs, operators and types."""

from pytensor.graph.destroyhandler import DestroyHandler

from network3.theano import absent
from network3.theano.gof import fg, graph, link, null_type, op, opt, optdb, toolbox, type, utils
from network3.theano.gof.fg import FunctionGraph, InconsistencyError, MissingInputError
from network3.theano.gof.graph import Apply, Constant, Variable, view_roots
from network3.theano.gof.link import (
    Container,
    Linker,
    LocalLinker,
    PerformLinker,
    WrapLinker,
    WrapLinkerMany,
)
from network3.theano.gof.op import COp, Op, PureOp
from network3.theano.gof.opt import (
    EquilibriumOptimizer,
    LocalOptGroup,
    LocalOptimizer,
    MergeOptimizer,
    OpSub,
    Optimizer,
    PatternSub,
    SeqOptimizer,
    TopoOptimizer,
    local_optimizer,
    optimizer,
)
from network3.theano.gof.optdb import (
    DB,
    EquilibriumDB,
    LocalGroupDB,
    ProxyDB,
    Query,
    SequenceDB,
)
from network3.theano.gof.toolbox import (
    Bookkeeper,
    Feature,
    History,
    NoOutputFromInplace,
    ReplaceValidate,
    Validator,
)
from network3.theano.gof.type import EnumList, EnumType, Generic, Type, generic
from network3.theano.gof.utils import MethodNotDefined

__all__ = [
    "Apply", "Bookkeeper", "COp", "Constant", "Container", "DB", "DestroyHandler", "EnumList",
    "EnumType", "EquilibriumDB", "EquilibriumOptimizer", "Feature", "FunctionGraph", "Generic",
    "History", "InconsistencyError", "Linker", "LocalGroupDB", "LocalLinker", "LocalOptGroup",
    "LocalOptimizer", "MergeOptimizer", "MethodNotDefined", "MissingInputError",
    "NoOutputFromInplace", "Op", "OpSub", "Optimizer", "PatternSub", "PerformLinker", "ProxyDB",
    "PureOp", "Query", "ReplaceValidate", "SeqOptimizer", "SequenceDB", "TopoOptimizer", "Type",
    "Validator", "Variable", "WrapLinker", "WrapLinkerMany", "fg", "generic",
    "graph", "link", "local_optimizer", "null_type", "op", "opt", "optdb", "optimizer", "toolbox",
    "type", "utils", "view_roots",
]  # fmt: skip

__getattr__ = absent.names(
    __name__,
    {
        "CLinker": "use PyTensor's pytensor.link.c",
        "OpenMPOp": "C code needs PyTensor's pytensor.link.c.op.OpenMPOp",
        "callcache": "use functools.cache",
        "cc": "use PyTensor's pytensor.link.c",
        "cmodule": "use PyTensor's pytensor.link.c.cmodule",
        "compiledir": "use PyTensor's pytensor.compile.compiledir",
        "compilelock": "use PyTensor's pytensor.compile.compilelock",
        "cutils": "use PyTensor's pytensor.link.c",
        "lazylinker_c": "use PyTensor's pytensor.link.c.lazylinker_c",
        "params_type": "use PyTensor's pytensor.link.c.params_type",
        "sched": "use fgraph.toposort(), which returns a graph's nodes in order",
        "unify": "use PyTensor's pytensor.graph.rewriting.unify",
    },
)
