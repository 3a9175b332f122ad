"""Configure how PyTensor compiles for this package: the GPU flag, the precision, the BLAS.

`network3.GPU = True` chooses the JAX backend, on whatever device JAX finds; False chooses C++. If
it is not set, JAX is chosen only if it is installed and finds an accelerator. The environment
variable NETWORK3_GPU sets the default.
"""

import contextlib
import functools
import importlib.util
import logging
import os
import shlex
import shutil
import sys
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

import numpy as np
import pytensor
from pytensor.compile.mode import Mode, get_mode
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.link.numba.linker import NumbaLinker

from network3.engine import folders
from network3.kernels.pytensor_versions import CompileError, is_configured, retry_cvm

log = logging.getLogger("network3")

_flag: bool | None = None  # None: not set
fusion_allowed = os.environ.get("NETWORK3_FUSION", "1") != "0"
_warned = False  # whether the missing compiler has been reported
_modes: list = ["Mode"]  # default modes that the user did not set: PyTensor's and this package's


def set_precision() -> None:
    """Set floatX to float32, as in the book, unless the user has configured it.

    JAX takes its own precision from floatX when it is first used.
    """
    if not is_configured("floatX"):
        pytensor.config.floatX = "float32"


def find_compiler() -> None:
    """Choose clang++ if there is no g++, unless the user has configured a compiler.

    PyTensor looks for clang++ on macOS and FreeBSD only.
    """
    if os.name == "posix" and not is_configured("cxx") and not pytensor.config.cxx:
        pytensor.config.cxx = shutil.which("clang++") or ""


def gpu() -> bool:
    """Return whether JAX is the backend; look for an accelerator if the user has not chosen."""
    said = _said()
    return _accelerator() if said is None else said


def _said() -> bool | None:
    """Return the value of the flag or the environment variable; None if neither is set."""
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
    """Choose the backend for all functions compiled from now on, the package's and the user's.

    Parameters
    ----------
    flag : bool or None
        True for JAX, False for C++, None to choose automatically.

    Raises
    ------
    TypeError
        If `flag` is anything else.
    ImportError
        If `flag` is true and JAX is not installed.
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
    """Make the chosen backend PyTensor's default, unless the user has configured another mode.

    User functions are then compiled for it too.
    """
    if not _mode_configured():
        pytensor.config.mode = mode(on_host=True)
        _modes.append(pytensor.config.mode)


def set_default_mode_without_jax():
    """Set the default mode at import, but only if this does not import JAX, which is slow."""
    if _said() is False or (_said() is None and not _device_plugins()):
        with contextlib.suppress(OSError):  # `function` reports a folder that cannot be written to
            set_default_mode()


def mode(on_host: bool = False):
    """Return the PyTensor mode of the chosen backend, or the user's mode if none is chosen.

    With JAX, results stay on the device, unless `on_host` is true: then they are NumPy arrays, as
    user functions return them.
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
    """Return whether the functions of networks use fused operators.

    They do in C++ and Numba, unless the user has set PyTensor's mode or the environment variable
    NETWORK3_FUSION is 0.
    """
    return fusion_allowed and (mode() == "CVM" or numba())


def fused(output, y=None):
    """Return `output` with fused operators (see `network3.fusion`) if they are used."""
    if not fuses():
        return output
    from network3.fusion import fused as fuse

    return fuse(output, y)


def _mode_configured():
    """Return whether the user has set PyTensor's mode or linker, by flags, file or assignment."""
    by_assignment = pytensor.config.mode not in _modes or pytensor.config.linker != "auto"
    return is_configured("mode") or is_configured("linker") or by_assignment


def function(inputs, outputs, on_host: bool = False, **arguments):
    """Call `pytensor.function` for the chosen backend, without C++ if it does not compile.

    `on_host` is true for the functions of programs; see `mode`.
    """
    if _lacks_compiler():
        _warn_of_no_compiler("No C++ compiler was found")
    elif mode() == "CVM" and not _compiler_exists():
        _do_without_compiler()
    if mode() == "CVM":
        folders.compile_folder()
        retry_cvm()
    try:
        chosen = _c_mode(fuses(), on_host) if mode() == "CVM" else mode(on_host)
        return pytensor.function(inputs, outputs, mode=chosen, **arguments)
    except OSError:
        folders.check_space()
        raise
    except CompileError as error:
        folders.check_space()
        log.debug("%s", error)
        _do_without_compiler()
        return pytensor.function(inputs, outputs, mode=mode(), **arguments)


def state() -> tuple:
    """Return the settings that a compiled function depends on."""
    return mode(), fuses(), pytensor.config.cxx


def to_host(variables: Iterable[SharedVariable] | None = None) -> None:
    """Copy shared variables, all or those given, from JAX back to NumPy arrays."""
    if "network3.engine.jax.linker" in sys.modules:
        from network3.engine.jax import linker

        linker.to_host(variables)


def set_blas() -> None:
    """Make PyTensor's C++ code use SciPy's BLAS, unless the user has configured another.

    PyTensor installed with pip finds none, and the weight update, W - eta * x^T d, is then many
    times slower. On macOS PyTensor finds Accelerate by itself.
    """
    header = Path(__file__).parents[1] / "kernels" / "c" / "scipy_blas_v2.h"
    if is_configured("blas__ldflags") or sys.platform == "darwin":
        return
    if " " in str(header):  # PyTensor splits its flags at spaces.
        log.info("no BLAS: the path %s has a space", header)
        return
    # PyTensor uses a BLAS only if there is a -l among the flags, so add -lm. It takes the
    # backslashes of Windows for escapes.
    pytensor.config.blas__ldflags = f"-lm -include{header.as_posix()}"


def _require_jax():
    if importlib.util.find_spec("jax") is None:
        raise ImportError(
            "GPU = True needs JAX, which is not installed: pip install jax (for an "
            "NVIDIA card: pip install 'jax[cuda13]'), or set GPU = False"
        )


@functools.cache
def _jax_mode(on_host):
    _require_jax()
    import jax
    from pytensor.compile.mode import JAX

    from network3.engine.jax import linker, slices

    _say_device(jax.devices()[0].device_kind)
    device_mode = linker.DeviceMode(linker.DeviceLinker(on_host), JAX.provided_optimizer)
    # Run after the graph is merged, and before any rewrite that would hide the ends of a slice.
    return device_mode.register((slices.rewrite, 0.05))


@functools.cache
def _say_device(kind):
    """Log the device once, for both modes."""
    log.info("network3 computes with JAX on %s", kind)


@functools.cache
def _c_mode(fuses, of_program):
    """Return PyTensor's CVM mode with parallel compilation, and fused operators if requested."""
    from network3.engine.compiling import Linker
    from network3.fusion import rewrites, rewrites_of_programs

    ahead = Mode(Linker(use_cloop=True), get_mode("CVM").provided_optimizer)
    if not fuses:
        return ahead
    return ahead.register(*rewrites, *(rewrites_of_programs if of_program else ()))


@functools.cache
def _accelerator():
    """Return whether JAX finds an accelerator; import it only if a device plugin is installed."""
    if not _device_plugins():
        return False
    import jax

    return jax.default_backend() != "cpu"


@functools.cache
def _device_plugins():
    """Return whether JAX is installed with a device plugin, which every accelerator needs."""
    return importlib.util.find_spec("jax") is not None and bool(
        importlib.util.find_spec("jax_plugins")
        or importlib.util.find_spec("libtpu")
        or entry_points(group="jax_plugins")
    )


def _lacks_compiler():
    """Return whether C++ is the chosen backend and there is no compiler for it."""
    return not pytensor.config.cxx and mode() is _mode_without_compiler()


def _compiler_exists():
    """Return whether the configured compiler exists.

    If it does not, PyTensor would print the whole command. The setting may contain options.
    """
    return shutil.which(shlex.split(pytensor.config.cxx)[0]) is not None


def _do_without_compiler():
    """Stop using C++ in this process, because the compiler does not work."""
    failed, pytensor.config.cxx = pytensor.config.cxx, ""
    _warn_of_no_compiler(f"The C++ compiler {failed} failed")
    set_default_mode()


def numba():
    """Return whether Numba is used, as it is if there is no C++ compiler."""
    return _lacks_compiler() and isinstance(_mode_without_compiler().linker, NumbaLinker)


@functools.cache
def _mode_without_compiler():
    """Return the mode of Numba or, if it is not installed, of the NumPy reference kernels.

    The latter excludes PyTensor's fusion, which would loop over numbers in Python.
    """
    folders.compile_folder()  # raises an error if it cannot be written to; Numba's is next to it
    try:
        from network3.kernels import numba  # noqa: F401 (importing it registers the kernels)
    except ImportError:
        return get_mode("CVM").excluding("fusion")
    from network3.engine.numba_linker import Linker
    from network3.fusion import rewrites

    return Mode(Linker(), get_mode("NUMBA").provided_optimizer).register(*rewrites)


def _warn_of_no_compiler(reason):
    global _warned
    if not _warned:
        if numba():
            consequence = "Numba, which takes up to a minute to compile a network the first time"
        else:
            consequence = "NumPy, much more slowly"
        log.warning(
            "%s, so network3 computes with %s: install g++ or clang, name a compiler with "
            "PYTENSOR_FLAGS=cxx=, or install JAX.",
            reason,
            consequence,
        )
    _warned = True
