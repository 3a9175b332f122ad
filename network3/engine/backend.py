"""How PyTensor compiles for this package: the GPU flag, the precision, the BLAS.

`network3.GPU = True` chooses the JAX backend, on whatever device JAX finds; False chooses C++. Not
set, it is True only where JAX is installed and sees an accelerator. The environment variable
NETWORK3_GPU presets it.
"""

import functools
import importlib.util
import logging
import os
import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytensor
from pytensor.compile.mode import Mode, get_mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.link.numba.linker import NumbaLinker

from network3.kernels.pytensor_versions import CompileError, is_configured

log = logging.getLogger("network3")

_flag: bool | None = None  # as chosen; None: not chosen
fusion_allowed = os.environ.get("NETWORK3_FUSION", "1") != "0"
_warned = False  # that there is no compiler
_modes: list = ["Mode"]  # the default modes that are not the user's: PyTensor's, and what we set


def set_precision() -> None:
    """float32 unless the user has configured floatX: the book's, and JAX fixes its own precision
    from this when it is first used."""
    if not is_configured("floatX"):
        pytensor.config.floatX = "float32"


def gpu() -> bool:
    """Whether the JAX backend is chosen, looking for an accelerator if nobody has said."""
    said = _said()
    return _accelerator() if said is None else said


def _said() -> bool | None:
    """What the flag or the environment variable says; None where neither is set."""
    if _flag is not None:
        return _flag
    preset = os.environ.get("NETWORK3_GPU", "").lower()
    if preset in ("1", "true", "yes"):
        return True
    if preset in ("0", "false", "no"):
        return False
    if preset:
        raise ValueError(f"NETWORK3_GPU is {preset!r}: it must be 1 or 0 (or not set)")
    return None


def choose(flag: bool | None) -> None:
    """Chooses the backend for all that is compiled from now on, this package's functions and the
    user's own: JAX (True), C++ (False), or what suits the machine (None).

    Raises
    ------
    TypeError
        For anything else.
    ImportError
        For True where JAX is not installed.
    """
    global _flag
    if flag is not None and not isinstance(flag, bool | int | np.bool_):
        raise TypeError(f"GPU = {flag!r}: it must be True, False, or None to let network3 choose")
    if flag:
        _require_jax()
    _flag = None if flag is None else bool(flag)
    if not gpu():
        to_host()
    set_default_mode()


def set_default_mode() -> None:
    """Makes the chosen backend PyTensor's default, so that the user's own functions are compiled
    for it too, unless the user has configured another."""
    if not _mode_configured():
        pytensor.config.mode = mode(on_host=True)
        _modes.append(pytensor.config.mode)


def set_default_mode_without_jax():
    """The same when the package is imported, which must be quick: only where C++ is the answer."""
    if _said() is False or (_said() is None and not _device_plugins()):
        set_default_mode()


def mode(on_host: bool = False):
    """The PyTensor mode of the chosen backend, or the user's own where none is chosen.

    If JAX computes, results stay on the device; with `on_host` they are NumPy arrays, as the user's
    own functions give them.
    """
    if _said() is None and _mode_configured():
        return pytensor.config.mode
    if gpu():
        return _jax_mode(on_host)
    if not pytensor.config.cxx:
        return _mode_without_compiler()
    set_blas()
    return "CVM"


def fuses() -> bool:
    """Whether functions of nets get fused operators: in C++ and with Numba, unless PyTensor's mode
    is the user's own or the environment variable NETWORK3_FUSION is 0."""
    return fusion_allowed and (mode() == "CVM" or numba())


def fused(output, y=None):
    """`output` by fused operators (see `network3.fusion`), or as it is."""
    if not fuses():
        return output
    from network3 import fusion

    return fusion.fused(output, y)


def _mode_configured():
    """Whether the user has set PyTensor's mode or linker, by flags, file or assignment."""
    by_assignment = pytensor.config.mode not in _modes or pytensor.config.linker != "auto"
    return is_configured("mode") or is_configured("linker") or by_assignment


def function(inputs, outputs, on_host: bool = False, **arguments):
    """`pytensor.function` for the chosen backend, without C++ where that cannot be compiled."""
    if _lacks_compiler():
        _warn_of_no_compiler("No C++ compiler was found")
    try:
        chosen = _c_mode(fuses()) if mode() == "CVM" else mode(on_host)
        return pytensor.function(inputs, outputs, mode=chosen, **arguments)
    except CompileError as error:
        log.debug("%s", error)
        failed, pytensor.config.cxx = pytensor.config.cxx, ""
        _warn_of_no_compiler(f"The C++ compiler {failed} failed")
        set_default_mode()
        return pytensor.function(inputs, outputs, mode=mode(), **arguments)


def state() -> tuple:
    """What decides how a function is compiled: another state, another function."""
    return mode(), fuses(), pytensor.config.cxx


def to_host(variables: Iterable[SharedVariable] | None = None) -> None:
    """Turns what JAX holds of shared variables, all or those given, back into NumPy arrays."""
    if "network3.engine.jax.linker" in sys.modules:
        from network3.engine.jax import linker

        linker.to_host(variables)


def set_blas() -> None:
    """Gives PyTensor's C++ the BLAS that SciPy carries, unless the user has configured another.

    PyTensor installed by pip finds none, and the weight update, W - eta * x^T d, then takes many
    times as long. On macOS PyTensor finds Accelerate by itself.
    """
    header = Path(__file__).parents[1] / "kernels" / "c" / "scipy_blas_v1.h"
    if is_configured("blas__ldflags") or sys.platform == "darwin":
        return
    if " " in str(header):  # PyTensor splits its flags at spaces.
        log.info("no BLAS: the path %s has a space", header)
        return
    # -lm: PyTensor uses a BLAS only where there is a -l among the flags.
    pytensor.config.blas__ldflags = f"-lm -include{header}"


def _require_jax():
    if importlib.util.find_spec("jax") is None:
        raise ImportError(
            "GPU = True needs JAX, which is not installed: pip install 'network3[jax]' "
            "(for an NVIDIA card: pip install 'jax[cuda13]'), or set GPU = False"
        )


@functools.cache
def _jax_mode(on_host):
    _require_jax()
    import jax
    from pytensor.compile.mode import JAX

    from network3.engine.jax import linker, slices

    log.info("network3 computes with JAX on %s", jax.devices()[0].device_kind)
    device_mode = linker.DeviceMode(linker.DeviceLinker(on_host), JAX.provided_optimizer)
    # After the graph's own merging, before any rewrite that would hide the ends of a slice.
    return device_mode.register((slices.rewrite, 0.05))


@functools.cache
def _c_mode(fuses):
    """PyTensor's CVM, with C++ that is compiled ahead, and fused operators where asked for."""
    from network3 import fusion
    from network3.engine.compiling import Linker

    ahead = Mode(Linker(use_cloop=True), get_mode("CVM").provided_optimizer)
    return ahead.register(*fusion.rewrites) if fuses else ahead


@functools.cache
def _accelerator():
    """Whether JAX sees more than the CPU. It is imported only where there is a plugin to ask."""
    if not _device_plugins():
        return False
    import jax

    return jax.default_backend() != "cpu"


@functools.cache
def _device_plugins():
    """Whether JAX is installed with a plugin for a device, as every accelerator needs."""
    return importlib.util.find_spec("jax") is not None and bool(
        importlib.util.find_spec("jax_plugins")
        or importlib.util.find_spec("libtpu")
        or entry_points(group="jax_plugins")
    )


def _lacks_compiler():
    """Whether C++ is the chosen backend and there is no compiler for it."""
    return not pytensor.config.cxx and mode() is _mode_without_compiler()


def numba():
    """Whether Numba computes, as it does where there is no C++ compiler."""
    return _lacks_compiler() and isinstance(_mode_without_compiler().linker, NumbaLinker)


@functools.cache
def _mode_without_compiler():
    """Numba; where it is not installed, operators by their NumPy reference, one by one: fused,
    PyTensor would loop over numbers in Python."""
    try:
        import network3.kernels.numba  # noqa: F401 (importing the package registers the kernels)
    except ImportError:
        return get_mode("CVM").excluding("fusion")
    from network3 import fusion

    return get_mode("NUMBA").register(*fusion.rewrites)


def _warn_of_no_compiler(reason):
    global _warned
    if not _warned:
        if numba():
            consequence = "Numba, which takes a minute to compile a net for the first time"
        else:
            consequence = "NumPy, much more slowly"
        log.warning(
            "%s, so network3 computes with %s: install g++ or clang, or JAX.", reason, consequence
        )
    _warned = True
