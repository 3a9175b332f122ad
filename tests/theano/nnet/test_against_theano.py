"""Programs give the results of the real Theano, which are in golden.json."""

import json
import warnings
from pathlib import Path

import cases
import numpy as np
import pytest
from pytensor.compile.mode import Mode

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import network3.theano as theano
    import network3.theano.tensor.nnet.conv3d2d
    import network3.theano.tensor.nnet.neighbours
    import network3.theano.tensor.signal.conv
    import network3.theano.tensor.signal.pool  # noqa: F401

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text())
CASES = cases.all_cases(theano)
# The graph without rewrites, which are PyTensor's.
AS_BUILT = Mode(linker="py", optimizer=None)


def test_every_case_has_its_numbers():
    assert list(CASES) == list(GOLDEN)


@pytest.mark.theano
@pytest.mark.parametrize("name", CASES)
def test_results_and_gradients_equal_theanos(name, float64):
    arrays, program = CASES[name]
    results = cases.evaluate(theano, arrays, program, AS_BUILT)
    for result, truth in zip(results, GOLDEN[name], strict=True):
        assert (str(result.dtype), list(result.shape)) == (truth["dtype"], truth["shape"])
        np.testing.assert_allclose(result.ravel(), truth["numbers"], rtol=1e-7, atol=1e-8)
