"""Results have the same dtypes as in Theano, under both settings of floatX.

The tests cover operators on each pair of dtypes and on Python's numbers, and functions and
reductions of each dtype. make_golden.py wrote Theano's dtypes to casting.json.
"""

import json
from pathlib import Path

import numpy as np
import pytensor
import pytest
from expressions import REDUCTIONS, RIGHT, UNARY

import network3.theano.tensor as T

TABLE = json.loads((Path(__file__).parent / "casting.json").read_text())

# Results that have another dtype in PyTensor, or in one of its versions.
DIFFERENT = {
    ("unary", "bool", "T.conj(x)"): "bool, for Theano's int8",
    ("unary", "complex64", "T.sgn(x)"): "the direction since PyTensor 3.3; Theano has none",
}


@pytest.mark.parametrize("line", TABLE)
@pytest.mark.parametrize("floatX", ["float32", "float64"])
def test_a_result_has_theanos_dtype(line, floatX):
    op, dtype = line.rsplit(" ", 1)
    texts = {"unary": UNARY, "reduction": REDUCTIONS}.get(op, RIGHT)
    wanted = TABLE[line][-1 if floatX == "float64" else 0].split()
    with pytensor.config.change_flags(floatX=floatX):
        x = T.TensorType(dtype, (False, False))("x")
        for text, theanos in zip(texts, wanted, strict=True):
            # The angle is float64 in Theano. Since PyTensor 3.3 it has its argument's precision.
            if (op, dtype, text) not in DIFFERENT and text != "T.angle(x)":
                assert dtype_of(op, text, x) == theanos, f"{op} {text}"


def dtype_of(op, text, x):
    """Return the dtype of the function `text` of x, or of the operator `op` on x and `text`."""
    try:
        if op in ("unary", "reduction"):
            return eval(text, {"T": T, "x": x}).dtype
        return eval(op, {"T": T, "x": x, "y": eval(text, {"T": T, "np": np})}).dtype
    except (NotImplementedError, TypeError):  # as in Theano: no such operation on these dtypes
        return "error"


def test_a_python_float_does_not_make_float32_float64():
    with pytensor.config.change_flags(floatX="float32"):
        x = T.fvector("x")
        assert (0.5 * x).dtype == "float32"
        assert (x + 1e-60).dtype == "float32"
        assert (x / 3).dtype == "float32"
        assert (T.bvector("i") / 3).dtype == "float32"


def test_a_python_integer_has_the_smallest_dtype_that_holds_it():
    small = T.bvector("small")
    assert (small + 1).dtype == "int8"
    assert (small + 1000).dtype == "int16"
    assert (small + 100000).dtype == "int32"
