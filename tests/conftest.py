"""What the tests share: the backends and the precisions."""

import importlib.util

import pytensor
import pytest

import network3

JAX = importlib.util.find_spec("jax") is not None
if JAX:
    # Sets jax_enable_x64 from floatX when it is first imported: here, before a test changes floatX.
    import pytensor.link.jax.dispatch
BACKENDS = ["c", pytest.param("jax", marks=pytest.mark.skipif(not JAX, reason="no JAX"))]


@pytest.fixture(params=BACKENDS)
def backend(request):
    """Each backend in turn, chosen as a user chooses it."""
    network3.GPU = request.param == "jax"
    yield request.param
    network3.GPU = False


@pytest.fixture(params=["float64", "float32"])
def floatX(request):
    """Each precision in turn."""
    yield from precision(request.param)


@pytest.fixture
def float64():
    yield from precision("float64")


@pytest.fixture
def float32():
    yield from precision("float32")


def precision(dtype):
    """Sets floatX, and what JAX derives from it when PyTensor first uses it, for one test."""
    with pytensor.config.change_flags(floatX=dtype):
        if not JAX:
            yield dtype
            return
        import jax

        before = jax.config.jax_enable_x64
        jax.config.update("jax_enable_x64", dtype == "float64")
        yield dtype
        jax.config.update("jax_enable_x64", before)
