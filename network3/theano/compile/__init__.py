"""theano.compile: functions, their inputs and modes, and shared variables."""

from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Variable
from pytensor.graph.null_type import NullType

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
from network3.theano.compile.debugmode import DebugMode
from network3.theano.compile.function import function, function_dump
from network3.theano.compile.function_module import *
from network3.theano.compile.io import *
from network3.theano.compile.mode import *
from network3.theano.compile.monitormode import MonitorMode
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
from network3.theano.compile.pfunc import Param, pfunc, rebuild_collect_shared
from network3.theano.compile.profiling import ProfileStats, ScanProfileStats
from network3.theano.compile.sharedvalue import shared, shared_constructor
from network3.theano.configparser import config

__all__ = [
    *sorted({*function_module.__all__, *io.__all__, *mode.__all__}),
    "DebugMode", "DeepCopyOp", "DisconnectedType", "FromFunctionOp", "MonitorMode", "NullType",
    "OpFromGraph", "Param", "ProfileStats", "Rebroadcast", "ScanProfileStats", "Shape", "Shape_i",
    "SpecifyShape", "Variable", "ViewOp", "as_op", "builders", "config", "debugmode",
    "deep_copy_op", "function", "function_dump", "function_module", "io", "mode", "monitormode",
    "nanguardmode", "ops", "pfunc", "profiling", "rebuild_collect_shared", "shape", "shared",
    "shared_constructor", "sharedvalue", "specify_shape", "view_op",
]  # fmt: skip

__getattr__ = absent.names(
    __name__,
    {
        "FAST_RUN": "write mode='FAST_RUN'",
        "FAST_COMPILE": "write mode='FAST_COMPILE'",
        "orig_function": "use function",
        "sandbox": "it was empty",
    },
)
