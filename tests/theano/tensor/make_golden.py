"""Write golden.json, casting.json and signatures.json: the real Theano's results and signatures.

Run it with Theano 1.0.5, on Python 3.8 with NumPy < 1.20:

    python make_golden.py           writes the files
    python make_golden.py --check   prints what differs from Theano's results, and exits with 1
"""

import inspect
import json
import os
import sys
from pathlib import Path

os.environ["THEANO_FLAGS"] = os.environ.get("THEANO_FLAGS", "") + ",optimizer=fast_compile,cxx="

import numpy as np
import theano
import theano.tensor as T
import theano.tensor.extra_ops
import theano.tensor.fft
import theano.tensor.slinalg
from expressions import BINARY, EXPRESSIONS, REDUCTIONS, RIGHT, UNARY, variables

HERE = Path(__file__).parent
FLOATX = ["float32", "float64"]
MODULES = ["", ".extra_ops", ".fft", ".nlinalg", ".slinalg", ".sort", ".subtensor", ".sharedvar"]
DTYPES = [
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "float32",
    "float64",
    "complex64",
]


def golden():
    """Return the dtype, broadcastable pattern and value of each expression under floatX=float32.

    If they differ under float64, return these too.
    """
    table = {}
    for text in EXPRESSIONS:
        single, double = (result(text, floatX) for floatX in FLOATX)
        table[text] = [single] if single == double else [single, double]
    return table


def result(text, floatX):
    theano.config.floatX = floatX
    given = variables(T)
    names = {name: variable for name, (variable, _) in given.items()}
    output = T.as_tensor_variable(eval(text, dict(names, T=T, np=np, theano=theano)))
    inputs = [variable for variable, _ in given.values()]
    function = theano.function(inputs, output, on_unused_input="ignore")
    value = function(*[value for _, value in given.values()])
    return [output.dtype, "".join("FT"[b] for b in output.broadcastable), short(value)]


def short(value):
    if value.dtype.kind == "c":
        return [short(value.real), short(value.imag)]
    if value.dtype.kind == "f":
        return [float(f"{number:.6g}") for number in value.ravel()] + [list(value.shape)]
    return value.ravel().tolist() + [list(value.shape)]


def casting():
    """Return the dtypes of results, as lines of words in the order of RIGHT, UNARY or REDUCTIONS.

    For float64, return only the lines that differ.
    """
    return {
        f"{op} {dtype}": [single] if single == double else [single, double]
        for dtype in DTYPES
        for op in BINARY + ["unary", "reduction"]
        for single, double in [[dtypes(op, dtype, floatX) for floatX in FLOATX]]
    }


def dtypes(op, dtype, floatX):
    theano.config.floatX = floatX
    x = T.TensorType(dtype, (False, False))("x")
    if op in ("unary", "reduction"):
        return " ".join(dtype_of(text, x=x) for text in (UNARY if op == "unary" else REDUCTIONS))
    return " ".join(dtype_of(op, x=x, y=eval(right, {"T": T, "np": np})) for right in RIGHT)


def dtype_of(text, **names):
    try:
        return eval(text, dict(names, T=T)).dtype
    except Exception:
        return "error"


def signatures():
    """Return the parameters of each function, and their defaults as text."""
    table = {}
    for module in MODULES:
        functions = inspect.getmembers(sys.modules["theano.tensor" + module], inspect.isfunction)
        for name, function in functions:
            if function.__module__.startswith("theano") and not name.startswith("_"):
                table[f"theano.tensor{module}.{name}"] = [
                    [str(parameter).split("=")[0]]
                    + ([] if parameter.default is parameter.empty else [repr(parameter.default)])
                    for parameter in inspect.signature(function).parameters.values()
                ]
    return table


def main():
    made = {"golden.json": golden(), "casting.json": casting(), "signatures.json": signatures()}
    wrong = 0
    for name, content in made.items():
        lines = [f"{json.dumps(key)}: {json.dumps(content[key])}" for key in sorted(content)]
        text = "{\n" + ",\n".join(lines) + "\n}\n"
        if "--check" in sys.argv:
            same = json.loads((HERE / name).read_text()) == json.loads(text)
            print(name, "is as it was" if same else "is not what Theano gives now")
            wrong += not same
        else:
            (HERE / name).write_text(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
