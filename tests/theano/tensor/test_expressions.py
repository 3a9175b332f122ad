"""Expressions have the same dtype, broadcastable pattern and value as with the real Theano.

make_golden.py wrote Theano's results to golden.json.
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

# Expressions for which PyTensor has another result, and which.
DIFFERENT = {
    "T.cumprod(im)": "int64, for Theano's int32",
    "T.cumsum(bv)": "int64: Theano says int8, and gives 205",
    "T.sort(T.argtopk(fm, -1, idx_dtype='int32', sorted=False))": "the length 1 is known",
    "T.sort(T.nlinalg.eig(sq)[0])": "complex whatever the eigenvalues",
    "T.split(fv, splits_size=[1, 3], n_splits=2)[0]": "the length 1 is known",
    "T.unravel_index(lv, dims=(2, 3), order='F')[1]": "Theano ignores the order",
    "T.var(fm, axis=0, ddof=1)": "float32 since PyTensor 3.3, for Theano's float64",
}

CASES = [
    (text, floatX, *results[-1 if floatX == "float64" else 0])
    for floatX in ("float32", "float64")
    for text, results in GOLDEN.items()
    if text not in DIFFERENT
    if floatX == "float32" or len(results) == 2
]


class Config:
    """The top-level names that the expressions use."""

    config = pytensor.config


# Warnings of PyTensor's own calls of NumPy, and of consider_constant, which warns in Theano too.
@pytest.mark.filterwarnings("ignore:`axes` should not be `None`", "ignore:consider_constant")
@pytest.mark.parametrize(("text", "floatX", "dtype", "pattern", "value"), CASES)
def test_an_expression_has_the_result_that_it_has_in_theano(text, floatX, dtype, pattern, value):
    with pytensor.config.change_flags(floatX=floatX, cxx=""):
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
    """Return the array whose numbers and shape, or complex parts, make_golden.py wrote."""
    if value and isinstance(value[0], list) and len(value) == 2:
        real, imaginary = value
        return array(real) + 1j * array(imaginary)
    return np.reshape(value[:-1], value[-1])
