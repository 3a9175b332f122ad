"""Fixtures that the tests share, markers, and a compile cache for each worker of pytest-xdist."""

import hashlib
import importlib.util
import inspect
import os
import re
import shutil
from pathlib import Path

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # PyTensor compiles one module at a time in a folder, so workers that share one would wait.
    settings = [os.environ.get("PYTENSOR_FLAGS"), f"compiledir_format=%(python_version)s-{worker}"]
    os.environ["PYTENSOR_FLAGS"] = ",".join(filter(None, settings))

import pytensor
import pytest
from filelock import FileLock
from pytensor.link.c.cmodule import GCC_compiler, dlimport, get_lib_extension

import network3

JAX = importlib.util.find_spec("jax") is not None
if JAX:
    # The first import sets jax_enable_x64 from floatX, so it comes before any test changes floatX.
    import pytensor.link.jax.dispatch
BACKENDS = ["c", pytest.param("jax", marks=pytest.mark.skipif(not JAX, reason="no JAX"))]
OPERATORS = Path(__file__).parent / "ops"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark the tests that run on each backend, and those that need JAX.

    The quick tests run the operators on all backends, but the rest of JAX's tests are slow.
    """
    for item in items:
        jax = needs_jax(item)
        if jax or "backend" in item.fixturenames:
            item.add_marker(pytest.mark.backends)
        if jax and OPERATORS not in item.path.parents:
            item.add_marker(pytest.mark.jax)


def needs_jax(test):
    """Return whether a test, or its whole file, is skipped without JAX."""
    skip = r"""pytest.importorskip\(["']jax\b"""
    in_test = re.search(skip, inspect.getsource(test.function))
    in_file = re.search(rf"^(\w+ = )?{skip}", inspect.getsource(test.module), re.MULTILINE)
    reasons = [mark.kwargs.get("reason") for mark in test.iter_markers("skipif")]
    return in_test or in_file or "no JAX" in reasons


@pytest.fixture(scope="session", autouse=worker is not None)
def compiled_modules_of_all_workers(tmp_path_factory):
    """Let a worker copy what another one has compiled: a quarter of all modules.

    They have no debug information, which is a sixth of a compiler's work.
    """
    folder = tmp_path_factory.getbasetemp().parent / "modules"
    folder.mkdir(exist_ok=True)
    compile_str = GCC_compiler.compile_str

    def compiled_once(module_name, src_code, location=None, *arguments, py_module=True, **more):
        if location is None:
            return compile_str(module_name, src_code, None, *arguments, py_module=py_module, **more)
        more["preargs"] = ["-g0", *(more.get("preargs") or ())]
        key = repr((module_name, src_code, arguments, sorted(more.items()), pytensor.config.cxx))
        shared = folder / hashlib.sha256(key.encode()).hexdigest()
        library = Path(location, f"{module_name}.{get_lib_extension()}")
        with FileLock(f"{shared}.lock"):
            if not shared.exists():
                more["py_module"] = py_module
                module = compile_str(module_name, src_code, location, *arguments, **more)
                shutil.copyfile(library, shared)
                return module
        Path(location, "mod.cpp").write_text(src_code, encoding="utf-8")
        Path(location, "__init__.py").touch()
        shutil.copyfile(shared, library)
        return dlimport(str(library)) if py_module else None

    GCC_compiler.compile_str = staticmethod(compiled_once)


@pytest.fixture(params=BACKENDS)
def backend(request):
    """Choose each backend in turn, as a user does."""
    network3.GPU = request.param == "jax"
    yield request.param
    network3.GPU = False


@pytest.fixture(params=[pytest.param("float64", marks=pytest.mark.slow), "float32"])
def floatX(request):
    """Set each precision in turn."""
    yield from precision(request.param)


@pytest.fixture
def float64():
    yield from precision("float64")


@pytest.fixture
def float32():
    yield from precision("float32")


def precision(dtype):
    """Set floatX, and the option that JAX derives from it, for one test."""
    with pytensor.config.change_flags(floatX=dtype):
        if not JAX:
            yield dtype
            return
        import jax

        before = jax.config.jax_enable_x64
        jax.config.update("jax_enable_x64", dtype == "float64")
        yield dtype
        jax.config.update("jax_enable_x64", before)
