"""theano.config: Theano's options under their dotted names.

PyTensor stores the options that it has too: Theano's `gcc.cxxflags` is PyTensor's `gcc__cxxflags`.
This module adds the device (this package's GPU flag), the mode by Theano's names, and test values.
Options of features that do not exist here can be read and set, but have no effect; they are listed
in `options_without_effect.py`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from contextlib import ContextDecorator
from typing import Any

import pytensor

from network3.engine import backend
from network3.kernels.pytensor_versions import is_configured, options
from network3.theano import absent, compute_test_value
from network3.theano.config_params import (
    BoolParam,
    ConfigParam,
    EnumStr,
    FloatParam,
    IntParam,
    StrParam,
    TypedParam,
)
from network3.theano.options_without_effect import DEFAULTS

__all__ = [
    "AddConfigVar",
    "BoolParam",
    "ConfigParam",
    "EnumStr",
    "FloatParam",
    "IntParam",
    "StrParam",
    "TheanoConfigParser",
    "TypedParam",
    "change_flags",
    "config",
]

# DEBUG_MODE has another name in PyTensor; the chosen backends' modes have another meaning there.
MODES = {"DEBUG_MODE": "DebugMode"}
CHOSEN_BACKENDS = ("Mode", "FAST_RUN")
INT_DIVISIONS = ("int", "raise", "floatX")


class TheanoConfigParser:
    """Theano's options as attributes, such as ``config.floatX`` and ``config.gcc.cxxflags``.

    Raises
    ------
    AttributeError
        If a program reads or sets an unknown option.
    ValueError
        If an option cannot have the value, or cannot be changed after the start.
    """

    def __init__(self, prefix: str = ""):
        object.__setattr__(self, "_prefix", prefix)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        full = self._prefix + name
        if full in SPECIAL:
            return SPECIAL[full][0]()
        if full in DEFAULTS:
            return _without_effect.get(full, DEFAULTS[full])
        if _pytensors(full) in OPTIONS:
            return getattr(pytensor.config, _pytensors(full))
        if _is_section(full):
            return TheanoConfigParser(full + ".")
        raise AttributeError(_unknown(full))

    def __setattr__(self, name: str, value: Any) -> None:
        full = self._prefix + name
        if full in SPECIAL:
            SPECIAL[full][1](value)
        elif full in DEFAULTS:
            _without_effect[full] = value
        elif _pytensors(full) in OPTIONS:
            _set(full, value)
        else:
            raise AttributeError(_unknown(full))

    def __dir__(self) -> list[str]:
        names = (
            name.removeprefix(self._prefix) for name in _all() if name.startswith(self._prefix)
        )
        return sorted({name.split(".")[0] for name in names})

    def __str__(self) -> str:
        return "\n".join(f"{name} = {_get(name)!r}" for name in _all())

    def __repr__(self) -> str:
        return f"<theano.config{'.' + self._prefix[:-1] if self._prefix else ''}>"

    def set_by_flag(self, name: str, value: str) -> bool:
        """Set an option by its dotted name, and return whether it has an effect."""
        if name == "device":
            _choose_device(value)
        elif name in SPECIAL:
            SPECIAL[name][1](value)
        elif _pytensors(name) in OPTIONS and name not in FIXED and name not in DEFAULTS:
            _set(name, value)
        else:
            return False
        return True

    def change_flags(self, arguments: dict[str, Any] | None = None, **more: Any) -> change_flags:
        """Return `change_flags`, which later versions of Theano have as a method."""
        return change_flags(arguments or {}, **more)


class change_flags(ContextDecorator):
    """Options for the duration of a `with` statement or of a decorated function.

    Dotted names go into a dict, or are written with two underscores.

    Examples
    --------
    ``change_flags(floatX="float32")``, ``change_flags({"warn.round": False})``,
    ``change_flags(warn__round=False)``
    """

    def __init__(self, args: Any = (), **kwargs: Any):
        self._wanted = {
            name.replace("__", "."): value for name, value in {**dict(args), **kwargs}.items()
        }

    def __enter__(self) -> change_flags:
        self._before = {name: _get(name) for name in self._wanted}
        for name, value in self._wanted.items():
            _put(name, value)
        return self

    def __exit__(self, *raised: Any) -> None:
        for name, value in self._before.items():
            _put(name, value)


OPTIONS = options()
# PyTensor reads these options when it is imported, which is before this module is imported.
FIXED = {name.replace("__", ".") for name, option in OPTIONS.items() if not option.mutable}

# `compile.mode` compiles with these, if they are not Theano's defaults.
_chosen = {"linker": "cvm", "optimizer": "o4"}
_int_division = "int"  # what `/` means between integers in programs in Python 2
_without_effect: dict[str, Any] = {}  # values that the user has set
_chosen_mode: str | None = None  # one of CHOSEN_BACKENDS, as the user has written it


def _get(name):
    value = config
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _put(name, value):
    section, _, option = name.rpartition(".")
    setattr(_get(section) if section else config, option, value)


def _set(name, value):
    if name in FIXED:
        raise ValueError(
            f"theano.config.{name} cannot be changed any more: set it in PYTENSOR_FLAGS, which "
            "PyTensor reads at the start"
        )
    try:
        setattr(pytensor.config, _pytensors(name), value)
    except (ValueError, TypeError) as error:
        raise ValueError(f"theano.config.{name} = {value!r}: {error}") from None


def _precision():
    return pytensor.config.floatX


def _set_precision(dtype):
    """Set floatX, and JAX's own precision if PyTensor has loaded JAX already."""
    _set("floatX", dtype)
    if "pytensor.link.jax.dispatch" in sys.modules:
        sys.modules["jax"].config.update("jax_enable_x64", dtype == "float64")


def _device():
    return "cuda" if backend.gpu() else "cpu"


def _change_device(device):
    if device != _device():
        raise ValueError(
            f"theano.config.device cannot become {device!r} after the start, as in Theano: use "
            "THEANO_FLAGS=device=..., or network3.GPU = True"
        )


def _choose_device(device):
    """Set the device that flags or files name.

    If JAX is not installed, the CPU computes, as in Theano without a GPU.
    """
    if device == "cpu":
        backend.choose(False)
    elif device.startswith(("cuda", "gpu", "opencl")):
        try:
            backend.choose(True)
        except ImportError:
            warnings.warn(
                f"device={device} needs JAX, which is not installed, so the CPU computes: pip "
                "install jax (for an NVIDIA card: pip install 'jax[cuda13]'), or set device=cpu",
                stacklevel=2,
            )
    else:
        raise ValueError(
            f"device = {device!r}: it must be cpu, or cuda or gpu (which choose JAX, on the device "
            "that it finds)"
        )


def _mode():
    if pytensor.config.mode in backend._modes:
        return _chosen_mode or "Mode"
    return pytensor.config.mode


def _set_mode(mode):
    global _chosen_mode
    if mode in CHOSEN_BACKENDS:
        _chosen_mode = mode
        pytensor.config.mode = "Mode"
        backend.set_default_mode_without_jax()
    else:
        _set("mode", MODES.get(mode, mode) if isinstance(mode, str) else mode)


def _linker():
    return _chosen["linker"]


def _set_linker(linker):
    _choose("linker", linker)


def _optimizer():
    return _chosen["optimizer"]


def _set_optimizer(optimizer):
    _choose("optimizer", optimizer)


def _choose(option, value):
    known = OPTIONS[option].all
    if value not in known:
        raise ValueError(
            f"theano.config.{option} = {value!r}: it must be one of {', '.join(sorted(known))}"
        )
    _chosen[option] = value


def _set_int_division(value):
    global _int_division
    if value not in INT_DIVISIONS:
        raise ValueError(
            f"theano.config.int_division = {value!r}: it must be one of {', '.join(INT_DIVISIONS)}"
        )
    _int_division = value


def _verbosity():
    return "high" if pytensor.config.exception_verbosity == "high" else "low"


def _set_verbosity(value):
    """Set the verbosity of errors, which in Theano name the node that failed even in "low".

    PyTensor's errors name it from "medium" on, a value that PyTensor 3.0.1 does not have.
    """
    is_there = "medium" in OPTIONS["exception_verbosity"].all
    _set("exception_verbosity", "medium" if value == "low" and is_there else value)


def _test_values():
    return compute_test_value.mode()


SPECIAL: dict[str, tuple[Callable, Callable]] = {
    "compute_test_value": (_test_values, compute_test_value.switch),
    "device": (_device, _change_device),
    "exception_verbosity": (_verbosity, _set_verbosity),
    "floatX": (_precision, _set_precision),
    "int_division": (lambda: _int_division, _set_int_division),
    "linker": (_linker, _set_linker),
    "mode": (_mode, _set_mode),
    "optimizer": (_optimizer, _set_optimizer),
}


def _pytensors(name):
    return name.replace(".", "__")


def _all():
    theanos = (name.replace("__", ".") for name in OPTIONS)
    return sorted({*SPECIAL, *DEFAULTS, *theanos})


def _is_section(name):
    return any(other.startswith(name + ".") for other in _all())


def _unknown(name):
    return f"theano.config has no option {name}: print(theano.config) lists the options"


config = TheanoConfigParser()
if not is_configured("exception_verbosity"):
    config.exception_verbosity = "low"


def AddConfigVar(name: str, doc: str, configparam: ConfigParam, root=config, in_c_key=True) -> None:
    """Add an option to `theano.config`, whose value THEANO_FLAGS may contain.

    Parameters
    ----------
    name : str
        The dotted name.
    doc : str
        What the option means.
    configparam : ConfigParam
    root, in_c_key
        Accepted as in Theano, and ignored.

    Raises
    ------
    AttributeError
        If there is an option of this name.
    ValueError
        If the option does not accept its value.
    """
    from network3.theano import flags

    if name in _all() or _is_section(name):
        raise AttributeError(f"theano.config already has an option {name}: choose another name")
    configparam.fullname, configparam.doc = name, doc
    given = flags.parse(flags.said()).get(name)
    if given is not None:
        configparam.keep(given)
    elif not callable(configparam.default):
        configparam.get()
    SPECIAL[name] = configparam.get, configparam.set


__getattr__ = absent.names(__name__)
