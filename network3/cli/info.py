"""network3 info: print versions, backend, device and other facts for an error report."""

import contextlib
import json
import os
import platform
import shlex
import subprocess

import pytensor

from network3.cli.data import mnist_file
from network3.engine import backend, folders, starting
from network3.kernels.pytensor_versions import is_configured
from network3.storage.versions import versions

EXAMPLES = ("network3 info", "network3 info --json")

PACKAGES = ("pytensor", "numpy", "scipy", "jax")


def add_arguments(parser):
    parser.add_argument("--json", action="store_true", help="print the facts as JSON")


def run(args):
    found = {
        "fault": starting.fault or _found(_compiler_fault),
        "versions": versions(*PACKAGES),
        "backend": _found(_backend),
        "device": _found(_device),
        "blas": _found(_blas),
        "threads": _found(_threads),
        "compiler": _found(_compiler),
        "compile_cache": _found(lambda: str(folders.compile_folder())),
        "data_file": _found(_data_file),
    }
    if args.json:
        print(json.dumps(found))
        return
    lines = found.pop("versions") | found
    for name, value in lines.items():
        print(f"{name.replace('_', ' ') + ':':15}{'none' if value is None else value}")


def _found(look):
    """Return what `look` returns, or its error as text: the report must work on broken systems."""
    try:
        return look()
    except Exception as error:
        return f"fault: {type(error).__name__}: {' '.join(str(error).split())}"


def _backend():
    """Return JAX, C++, Numba, or the mode that PyTensor is configured for."""
    if _compiler_fault():
        with pytensor.config.change_flags(cxx=""):
            return _backend()
    if backend.numba():
        return "Numba"
    mode = backend.mode()
    if mode == "CVM":
        return "C++"
    return "JAX" if backend.gpu() else str(mode)


def _device():
    if not backend.gpu():
        return f"CPU ({platform.machine()})"
    import jax

    return jax.devices()[0].device_kind


def _blas():
    """Return the user's BLAS flags, or the libraries of NumPy and SciPy.

    PyTensor's C++ code calls SciPy's.
    """
    import scipy.linalg.cython_blas  # noqa: F401 (threadpoolctl sees only loaded libraries)
    from threadpoolctl import ThreadpoolController

    if is_configured("blas__ldflags"):
        return pytensor.config.blas__ldflags
    libraries = ThreadpoolController().select(user_api="blas").lib_controllers
    return ", ".join(f"{lib.internal_api} {lib.version}" for lib in libraries) or None


def _threads():
    """Return the largest number of threads that the kernels may use."""
    return int(os.environ.get("OMP_NUM_THREADS", 0)) or os.cpu_count()


def _compiler():
    if not pytensor.config.cxx:
        return None
    answer = _version_of_compiler().stdout
    return answer.partition("\n")[0] or pytensor.config.cxx


def _compiler_fault():
    """Return a message if the C++ compiler does not run, else None."""
    with contextlib.suppress(OSError):
        if not pytensor.config.cxx or _version_of_compiler().returncode == 0:
            return None
    return f"The C++ compiler {pytensor.config.cxx} does not run, so network3 computes without it."


def _version_of_compiler():
    command = [*shlex.split(pytensor.config.cxx), "--version"]
    return subprocess.run(command, capture_output=True, text=True, errors="replace")


def _data_file():
    file = mnist_file()
    return None if file is None else str(file)
