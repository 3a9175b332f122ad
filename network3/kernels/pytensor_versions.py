"""What depends on PyTensor's version, or on names that PyTensor does not document: here alone.

Each entry says why it is needed, and which versions it serves. Python 3.11 gets PyTensor 3.0.7 at
most; from 3.12 on it is 3.3.8 at the time of writing.
"""

from collections.abc import Callable
from typing import Any

from pytensor.configdefaults import config

try:
    # PyTensor 3.3.2 and later.
    from pytensor.conditional.op import IfElse, LazyIfElse
except ImportError:
    # Up to 3.3.1, which have one operator for both.
    from pytensor.ifelse import IfElse

    LazyIfElse = None

__all__ = [
    "IfElse",
    "LazyIfElse",
    "inferred",
    "is_configured",
    "numba_fallback",
    "numba_key",
    "options",
    "repeats_in_c",
    "split_axis",
]


def inferred(arguments: tuple) -> tuple:
    """Return the shapes of the inputs from the arguments of `Op.infer_shape`.

    PyTensor 3.0 passes (fgraph, node, shapes), 3.1.1 and later (node, shapes) and warn of a method
    with three parameters.
    """
    return arguments[-1]


def split_axis(op: Any, axis: list) -> Any:
    """Return the axis of a Split: its own from PyTensor 3.1.1 on, an input before."""
    return axis[0] if axis else op.axis


def numba_key(op: Any, version: str) -> str:
    """Return the key under which PyTensor keeps an operator's Numba function on disk.

    It is made of the operator's class and properties, and of `version`. All versions.
    """
    from pytensor.link.numba.dispatch.basic import default_hash_key_from_props

    return default_hash_key_from_props(op, cache_version=version)


def numba_fallback(op: Any, node: Any, **kwargs: Any) -> Callable:
    """Return a function for Numba that computes an operator by its `perform`. All versions."""
    from pytensor.link.numba.dispatch.basic import generate_fallback_impl

    return generate_fallback_impl(op, node, **kwargs)


def is_configured(name: str) -> bool:
    """Return whether the user has set a PyTensor option, by PYTENSOR_FLAGS or in a file.

    `config` itself gives the value, which may be the default as well. All versions.
    """
    return not getattr(type(config), name).is_default


def options() -> dict[str, Any]:
    """Return PyTensor's options by name, with their defaults and types. All versions."""
    return config._config_var_dict


def repeats_in_c(function: Any) -> Callable[[int], Any] | None:
    """Return what calls a compiled function without inputs n times from C, or None.

    PyTensor's C virtual machine takes `n_calls`, undocumented. Its class is known by name alone:
    importing the module that defines it compiles C. All versions.
    """
    if type(function.vm).__name__ != "CVM":
        return None
    return lambda count: function.vm(n_calls=count)
