"""theano.compile: functions, their inputs and modes, shared variables."""

from pytensor.compile import Function, FunctionMaker
from pytensor.compile.aliasing import Supervisor
from pytensor.compile.debug.debugmode import DebugMode
from pytensor.compile.debug.monitormode import MonitorMode
from pytensor.compile.debug.profiling import ProfileStats
from pytensor.compile.executor import AliasedMemoryError
from pytensor.compile.io import Out, SymbolicInput, SymbolicOutput
from pytensor.compile.rebuild import UnusedInputError, rebuild_collect_shared
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Variable
from pytensor.graph.null_type import NullType
from pytensor.scan.utils import ScanProfileStats

from network3.theano import absent
from network3.theano.compile import (
    builders,
    debugmode,
    function_module,
    io,
    mode,
    monitormode,
    nanguardmode,
    ops,
    profiling,
    sharedvalue,
)
from network3.theano.compile.builders import OpFromGraph
from network3.theano.compile.function import function, function_dump
from network3.theano.compile.io import In, Param
from network3.theano.compile.mode import (
    AddDestroyHandler,
    AddFeatureOptimizer,
    Mode,
    PrintCurrentFunctionGraph,
    get_default_mode,
    get_mode,
    optdb,
    predefined_linkers,
    predefined_modes,
    predefined_optimizers,
    register_linker,
    register_mode,
    register_optimizer,
)
from network3.theano.compile.ops import (
    DeepCopyOp,
    FromFunctionOp,
    Rebroadcast,
    Shape,
    Shape_i,
    SpecifyShape,
    ViewOp,
    as_op,
    deep_copy_op,
    shape,
    specify_shape,
    view_op,
)
from network3.theano.compile.pfunc import pfunc
from network3.theano.compile.sharedvalue import SharedVariable, shared, shared_constructor
from network3.theano.configparser import config

__all__ = [
    "AddDestroyHandler",
    "AddFeatureOptimizer",
    "AliasedMemoryError",
    "DebugMode",
    "DeepCopyOp",
    "DisconnectedType",
    "FromFunctionOp",
    "Function",
    "FunctionMaker",
    "In",
    "Mode",
    "MonitorMode",
    "NullType",
    "OpFromGraph",
    "Out",
    "Param",
    "PrintCurrentFunctionGraph",
    "ProfileStats",
    "Rebroadcast",
    "ScanProfileStats",
    "Shape",
    "Shape_i",
    "SharedVariable",
    "SpecifyShape",
    "Supervisor",
    "SymbolicInput",
    "SymbolicOutput",
    "UnusedInputError",
    "Variable",
    "ViewOp",
    "as_op",
    "builders",
    "config",
    "debugmode",
    "deep_copy_op",
    "function",
    "function_dump",
    "function_module",
    "get_default_mode",
    "get_mode",
    "io",
    "mode",
    "monitormode",
    "nanguardmode",
    "ops",
    "optdb",
    "pfunc",
    "predefined_linkers",
    "predefined_modes",
    "predefined_optimizers",
    "profiling",
    "rebuild_collect_shared",
    "register_linker",
    "register_mode",
    "register_optimizer",
    "shape",
    "shared",
    "shared_constructor",
    "sharedvalue",
    "specify_shape",
    "view_op",
]

__getattr__ = absent.names(
    __name__,
    {
        "FAST_RUN": "mode='FAST_RUN'",
        "FAST_COMPILE": "mode='FAST_COMPILE'",
        "orig_function": "use function",
    },
)
