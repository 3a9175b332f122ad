"""Compute all operators on numbers in C and in Python, and print the differences.

    python tests/theano/two_ways.py [DTYPE ...]

It compiles a few C++ modules for each dtype, which takes minutes. docs/theano.md lists the
differences.
"""

import itertools
import sys
import warnings

import numpy as np
import pytensor
import pytensor.scalar as ps
import pytensor.scalar.math
from pytensor.scalar.basic import Composite, ScalarOp
from pytensor.tensor.elemwise import Elemwise

import network3.theano.tensor as T

DTYPES = ["bool", "int8", "int32", "int64", "uint8", "float32", "float64", "complex64"]
MANY = 40  # operators in one module
C, PYTHON = (pytensor.compile.mode.Mode(linker, None) for linker in ("c|py", "py"))


def operators():
    for module in (ps.basic, pytensor.scalar.math):
        for name, op in vars(module).items():
            if isinstance(op, ScalarOp) and not isinstance(op, Composite):
                yield op, name


def special(dtype):
    """Return zeros, positive and negative numbers, halves, and large, infinite or NaN values."""
    kind = np.dtype(dtype).kind
    if kind in "iu":
        ends = np.iinfo(dtype)
        numbers = [0, 1, 2, 3, 7, ends.max, ends.max - 1, ends.min]
        return np.array(numbers + [-1, -2, -3, -7] * (kind == "i"), dtype)
    if kind == "b":
        return np.array([False, True])
    numbers = [0.0, -0.0, 1, -1, 0.5, -0.5, 2.5, -2.5, 7, -7, 100, 1e10, np.inf, -np.inf, np.nan]
    if kind == "c":
        numbers = [complex(a, b) for a, b in itertools.product([0, 1, -2.5, np.inf], repeat=2)]
    return np.array(numbers, dtype)


def compare(dtype, count):
    inputs = [T.TensorType(dtype, (False,))() for _ in range(count)]
    numbers = [ps.get_scalar_type(dtype)() for _ in range(count)]
    grid = np.meshgrid(*[special(dtype)] * count, indexing="ij")
    values = [np.ascontiguousarray(axis.ravel()) for axis in grid]
    ops = [(op, name) for op, name in operators() if has_c_code(op, numbers)]
    for start in range(0, len(ops), MANY):
        some = ops[start : start + MANY]
        for (op, name), in_c in zip(
            some, computed_in_c(some, inputs, numbers, values), strict=True
        ):
            try:
                in_python = pytensor.function(inputs, Elemwise(op)(*inputs), mode=PYTHON)(*values)
            except Exception as error:
                print(dtype, name, "fails in Python:", error.args[0].splitlines()[0])
                continue
            if isinstance(in_c, Exception):
                print(dtype, name, "fails in C:", in_c.args[0])
                continue
            same = np.isclose(in_c, in_python, rtol=1e-5, equal_nan=True)
            if in_c.dtype != in_python.dtype or not same.all():
                first = np.flatnonzero(~same)[:3]
                cases = [([v[i].item() for v in values], in_c[i], in_python[i]) for i in first]
                print(dtype, name, len(first), in_c.dtype, in_python.dtype, *cases, flush=True)


def has_c_code(op, numbers):
    try:
        node = op.make_node(*numbers)
        names = ["x"] * len(numbers)
        op.c_code(node, "n", names, ["z"], {"fail": ";", "id": 0})
    except Exception:
        return False
    return len(node.outputs) == 1 and op.nin in (-1, len(numbers))


def computed_in_c(ops, inputs, numbers, values):
    """Compute all in one C++ module, or one after the other if one of them fails."""
    fresh = [number.clone() for number in numbers]
    all_ops = Composite(fresh, [op(*fresh) for op, _ in ops])
    try:
        outputs = Elemwise(all_ops)(*inputs, return_list=True)
        return pytensor.function(inputs, outputs, mode=C)(*values)
    except Exception as error:
        if len(ops) == 1:
            return [error]
        return [computed_in_c([op], inputs, numbers, values)[0] for op in ops]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for chosen in sys.argv[1:] or DTYPES:
        for arity in (1, 2):
            compare(chosen, arity)
