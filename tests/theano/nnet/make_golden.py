"""Write golden.json, the results of the real Theano 1.0.5 for the programs in cases.py.

    THEANO_FLAGS=floatX=float64 python make_golden.py           writes
    THEANO_FLAGS=floatX=float64 python make_golden.py --check   compares with the file

This needs Python 3.8 with Theano 1.0.5, NumPy below 1.20, and SciPy 1.4, whose convolution Theano
uses.
"""

# Written for Python 3.8.
# ruff: noqa: B905, UP030, UP031, UP032

import json
import sys
from pathlib import Path

import cases
import numpy as np
import theano
import theano.tensor.nnet.conv3d2d
import theano.tensor.nnet.neighbours
import theano.tensor.signal.conv
import theano.tensor.signal.pool  # noqa: F401

GOLDEN = Path(__file__).with_name("golden.json")


# Compute the definitions in Python, without compilation or optimization.
MODE = theano.Mode(linker="py", optimizer=None)


def main():
    assert theano.__version__ == "1.0.5", theano.__version__
    results = {
        name: [written(a) for a in cases.evaluate(theano, arrays, program, MODE)]
        for name, (arrays, program) in cases.all_cases(theano).items()
    }
    if sys.argv[1:] == ["--check"]:
        check(json.loads(GOLDEN.read_text()), results)
        return
    lines = (json.dumps(name) + ": " + json.dumps(result) for name, result in results.items())
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def written(array):
    rounded = [float("%.9g" % n) for n in array.ravel()]
    return {"dtype": str(array.dtype), "shape": list(array.shape), "numbers": rounded}


def check(golden, results):
    assert sorted(golden) == sorted(results), sorted(set(golden) ^ set(results))
    for name, result in results.items():
        for before, now in zip(golden[name], result):
            assert (before["dtype"], before["shape"]) == (now["dtype"], now["shape"]), name
            np.testing.assert_allclose(
                before["numbers"], now["numbers"], rtol=1e-7, atol=1e-9, err_msg=name
            )
    print(len(results), "cases agree")


if __name__ == "__main__":
    main()
