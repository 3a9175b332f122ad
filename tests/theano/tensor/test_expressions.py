"""Expressions give what the real Theano gave: dtype, broadcastable pattern and value.

golden.json has what it gave, and make_golden.py wrote it.
"""

import json
from pathlib import Path

import numpy as np
import pytensor
import pytest
from expressions import variables
from pytensor.compile.mode import Mode

import network3.theano.tensor as T

GOLDEN = json.loads((Path(__file__).parent / "golden.json").read_text())

AS_IT_IS = Mode(linker="py", optimizer=None)

CASES = [
    (text, floatX, *results[-1 if floatX == "float64" else 0])
    for floatX in ("float32", "float64")
    for text, results in GOLDEN.items()
    if floatX == "float32" or len(results) == 2
]


class Config:
    """What the expressions use of the top level."""

    config = pytensor.config


@pytest.mark.parametrize(("text", "floatX", "dtype", "pattern", "value"), CASES)
def test_an_expression_gives_what_it_gives_in_theano(text, floatX, dtype, pattern, value):
    with pytensor.config.change_flags(floatX=floatX):
        given = variables(T)
        names = {name: variable for name, (variable, _) in given.items()}
        output = T.as_tensor_variable(eval(text, dict(names, T=T, np=np, theano=Config)))
        function = pytensor.function(
            list(names.values()), output, on_unused_input="ignore", mode=AS_IT_IS
        )
        result = function(*[value for _, value in given.values()])
    assert output.dtype == dtype == result.dtype
    assert "".join("FT"[one] for one in output.broadcastable) == pattern
    np.testing.assert_allclose(result, array(value), rtol=1e-4, atol=1e-5)


def array(value):
    """The array that make_golden.py wrote as its numbers and its shape, or as two such."""
    if value and isinstance(value[0], list) and len(value) == 2:
        real, imaginary = value
        return array(real) + 1j * array(imaginary)
    return np.reshape(value[:-1], value[-1])
