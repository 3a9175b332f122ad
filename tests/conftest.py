"""Fixtures that the tests share, markers, and a compile cache for each worker of pytest-xdist."""

import importlib.util
import inspect
import os
import re
from pathlib import Path

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # PyTensor compiles one module at a time in a folder, so workers that share one would wait.
    settings = [os.environ.get("PYTENSOR_FLAGS"), f"compiledir_format=%(python_version)s-{worker}"]
    os.environ["PYTENSOR_FLAGS"] = ",".join(filter(None, settings))

import pytensor
import pytest

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
