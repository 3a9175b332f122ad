"""Slices with a negative step give NumPy's values on JAX, and use no reversal by XLA."""

import numpy as np
import pytensor.tensor as pt
import pytest
from pytensor.graph.fg import FunctionGraph

from network3.engine import backend

jax = pytest.importorskip("jax")

x = pt.matrix("x", dtype="float64")
VALUE = np.arange(24, dtype="float64").reshape(4, 6)
SLICES = {
    "all": (x[::-1], VALUE[::-1]),
    "every second": (x[:, 4:0:-2], VALUE[:, 4:0:-2]),
    "along both": (x[::-1, ::-1], VALUE[::-1, ::-1]),
    "beside an index": (x[2, ::-3], VALUE[2, ::-3]),
    "none": (x[0:2:-1], VALUE[0:2:-1]),
}


@pytest.mark.parametrize("name", SLICES)
def test_backwards(name, float64):
    backend._jax_mode(False)  # registers the kernels
    graph, expected = SLICES[name]
    function = traced_by_jax(graph)
    np.testing.assert_array_equal(function(VALUE)[0], expected)
    assert " rev[" not in str(jax.make_jaxpr(function)(VALUE))


def traced_by_jax(graph):
    from pytensor.link.jax.dispatch import jax_funcify

    return jax_funcify(FunctionGraph([x], [graph], clone=True))
