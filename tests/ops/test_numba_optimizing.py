"""Numba optimizes functions once, together with all functions that they call."""

import numba
import numpy as np
import pytest
from numba.core.codegen import JITCodeLibrary

from network3.kernels.numba.compiling import jit
from network3.kernels.numba.optimizing import optimized_once

pytestmark = pytest.mark.numba


def levels():
    """Return a function that calls another, which calls a third, all of them new."""

    @jit
    def divided(x, n):
        if n > 2:
            raise ValueError("too many", n)
        return x / n

    @jit
    def factorial(n):
        return 1 if n < 2 else n * factorial(n - 1)

    @jit
    def in_python(x):
        with numba.objmode(y="float64[:]"):
            y = x[::-1]
        return y

    @numba.njit
    def all_of_them(x, n):
        return divided(in_python(x), n).sum() + factorial(3)

    return all_of_them


@pytest.fixture
def optimizations(monkeypatch):
    """Return a list that grows with the names of optimized functions."""
    names, optimize = [], JITCodeLibrary._optimize_final_module

    def noted(self):
        names.append(self.name.rpartition(".")[2])
        optimize(self)

    monkeypatch.setattr(JITCodeLibrary, "_optimize_final_module", noted)
    return names


def test_callees_are_optimized_in_their_caller_alone(optimizations):
    function = levels()
    with optimized_once():
        function.compile((numba.float64[::1], numba.int64))
    own = {"divided", "factorial", "all_of_them"}
    # A recursive function is called by name, so its own machine code must exist.
    assert own.intersection(optimizations) == {"factorial", "all_of_them"}
    assert function(np.array([1.0, 2.0]), 2) == 1.5 + 6
    with pytest.raises(ValueError, match="too many") as raised:
        function(np.ones(2), 3)
    assert raised.value.args == ("too many", 3)


def test_other_functions_can_call_them(optimizations):
    function = levels()
    with optimized_once():
        function.compile((numba.float64[::1], numba.int64))

    @numba.njit
    def twice(x, n):
        return 2 * function(x, n)

    assert twice(np.ones(2), 1) == 2 * (2 + 6)
    assert "twice" in optimizations
