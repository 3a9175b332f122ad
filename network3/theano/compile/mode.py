"""theano.compile.mode: the modes of compilation by Theano's names."""

import functools

import pytensor
import pytensor.compile.mode
from pytensor.compile.mode import (
    AddDestroyHandler,
    AddFeatureOptimizer,
    Mode,
    PrintCurrentFunctionGraph,
    optdb,
    predefined_linkers,
    predefined_modes,
    predefined_optimizers,
    register_linker,
    register_mode,
    register_optimizer,
)
from pytensor.link.basic import PerformLinker

from network3.engine import backend
from network3.kernels.pytensor_versions import patch
from network3.theano import absent
from network3.theano.compile.debugmode import WRONG_IN_PYTHON, DebugMode, without
from network3.theano.compile.nanguardmode import NanGuardMode
from network3.theano.configparser import config

__all__ = [
    "AddDestroyHandler",
    "AddFeatureOptimizer",
    "Mode",
    "PrintCurrentFunctionGraph",
    "get_default_mode",
    "get_mode",
    "optdb",
    "predefined_linkers",
    "predefined_modes",
    "predefined_optimizers",
    "register_linker",
    "register_mode",
    "register_optimizer",
]


def get_mode(orig_string: str | Mode | None) -> Mode:
    """Return the mode with a name; a `Mode` is returned unchanged.

    None, "Mode" and "FAST_RUN" stand for the mode of the chosen backend: C++, JAX, or the fallback
    if there is no compiler. "FAST_COMPILE" computes in Python only. "DebugMode" (or "DEBUG_MODE")
    and "NanGuardMode" check the computation. PyTensor's own names, such as "CVM", "JAX" and
    "NUMBA", are accepted too.

    Raises
    ------
    ValueError
        If no mode has this name.
    """
    if orig_string is None:
        orig_string = "Mode"
    if not isinstance(orig_string, str):
        return pytensor.compile.mode.get_mode(orig_string)
    if orig_string in ("Mode", "FAST_RUN"):
        return pytensor.compile.mode.get_mode(backend.mode(on_host=True))
    if orig_string in ("DebugMode", "DEBUG_MODE"):
        return _debug_mode(pytensor.config.optimizer)
    if orig_string == "NanGuardMode":
        return _nan_guard_mode(pytensor.config.optimizer)
    if orig_string in predefined_modes:
        return pytensor.compile.mode.get_mode(orig_string)
    raise ValueError(
        f"There is no mode {orig_string!r}: FAST_RUN, FAST_COMPILE, DebugMode and NanGuardMode "
        f"are Theano's modes; {', '.join(map(str, predefined_modes))} are PyTensor's"
    )


@functools.cache
def _debug_mode(optimizer):
    return DebugMode(optimizer)


@functools.cache
def _nan_guard_mode(optimizer):
    return NanGuardMode(True, True, True, optimizer)


def get_default_mode() -> Mode:
    """Return the mode with which a function is compiled by default."""
    return of_function(None) or get_mode(None)


def of_function(mode: str | Mode | None) -> Mode | None:
    """Return the mode of a function, or None to let `network3.engine.backend` choose it.

    The result is None if neither the call nor `theano.config` names a mode, linker or optimizer.
    """
    if mode is None:
        mode = config.mode
    if not isinstance(mode, str) or mode not in ("Mode", "FAST_RUN"):
        return get_mode(mode)
    if config.linker != "cvm":
        return Mode(config.linker, config.optimizer)
    if config.optimizer != "o4":
        return get_mode(None).clone(optimizer=config.optimizer)
    return None


_initialize = Mode.__init__


def _with_linker(self, linker=None, optimizer="default", db=None):
    """Take the linker that `theano.config` names, not PyTensor's default, which is Numba.

    If Python computes, leave out the rewrites that it computes wrongly.
    """
    if linker is None:
        linker = config.linker
        linker = get_mode(None).linker if linker == "cvm" else linker
    if isinstance(optimizer, str) and optimizer == "default":
        optimizer = config.optimizer
    if _computes_in_python(predefined_linkers.get(linker, linker)):
        optimizer = without(optimizer, *WRONG_IN_PYTHON)
    _initialize(self, linker, optimizer, db)


def _computes_in_python(linker):
    return isinstance(linker, PerformLinker) or getattr(linker, "c_thunks", True) is False


patch(Mode, "__init__", _with_linker)

__getattr__ = absent.names(
    __name__,
    {"FAST_RUN": "write mode='FAST_RUN'", "FAST_COMPILE": "write mode='FAST_COMPILE'"},
)
