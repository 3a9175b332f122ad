"""Slices that JAX can compute without knowing their start, and slices that stay unchanged."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.graph.fg import FunctionGraph
from pytensor.graph.rewriting.basic import MergeOptimizer

import network3

pytest.importorskip("jax")

from network3.engine.jax.slices import (  # noqa: E402
    SliceOfLength,
    _difference,
    _polynomial,
    rewrite,
)

x = T.matrix("x", dtype="float64")
i, j, n, k = T.lscalar("i"), T.lscalar("j"), T.lscalar("n"), T.iscalar("k")

OF_KNOWN_LENGTH = {
    "a mini-batch": (x[i * 10 : (i + 1) * 10], 10),
    "a mini-batch, multiplied out": (x[i * 10 : i * 10 + 10], 10),
    "factors in another order": (x[10 * i : (1 + i) * 10], 10),
    "a start and a constant": (x[i : i + 3], 3),
    "counted from the end": (x[i - 3 : i], 3),
    "with a step of 1": (x[i : i + 3 : 1], 3),
    "nothing": (x[i:i], 0),
    "two numbers": (x[i * j : j * i + 7], 7),
    "a sign": (x[-i + 5 : 9 - i], 4),
    "an index of 32 bits": (x[k * 2 : (k + 1) * 2], 2),
    "one end cast to 64 bits": (x[k.astype("int64") : k + 4], 4),
    "a vector": (T.vector(dtype="int32")[i * 10 : (i + 1) * 10], 10),
    "an unknown that cancels": (x[i // 7 : i // 7 + 5], 5),
}
LEFT_ALONE = {
    "a length that grows now and then": x[i * 10 : i * 10 + i // 1000 + 10],
    "a length cut off at the end": x[i * 10 : T.minimum(i * 10 + 10, 50)],
    "a start cut off at the beginning": x[T.maximum(i - 10, 0) : i],
    "a length that is an input": x[i * n : (i + 1) * n],
    "two unrelated ends": x[i:j],
    "other powers": x[i * i : i + 10],
    "a negative length": x[i : i - 3],
    "every second": x[i : i + 6 : 2],
    "backwards": x[i + 6 : i : -1],
    "no start": x[: i + 3],
    "no end": x[i:],
    "a start that is known": x[2 : i + 2],
    "both ends known": x[2:12],
    "two dimensions at once": x[i : i + 3, j : j + 2],
    "one row": x[i],
    "a remainder": x[i % 7 : (i + 7) % 7 + 3],
    "a fraction that is cut off": x[i * 2 : (i * 2.5).astype("int64") + 5],
    "two fractions that are cut off": x[
        (i * 0.25).astype("int64") : (i * 0.75).astype("int64") + 5
    ],
    "a number that wraps": x[i : i.astype("int8").astype("int64") + 5],
}


def rewritten(expression):
    """Return the graph of an expression after the rewrite, which runs right after merging."""
    graph = FunctionGraph(outputs=[expression], clone=True)
    MergeOptimizer().rewrite(graph)
    rewrite.rewrite(graph)
    return graph


def slices_in(graph):
    return [node.op for node in graph.apply_nodes if isinstance(node.op, SliceOfLength)]


@pytest.mark.parametrize("expression, length", OF_KNOWN_LENGTH.values(), ids=OF_KNOWN_LENGTH)
def test_a_slice_of_known_length_is_replaced(expression, length):
    (output,) = rewritten(expression).outputs
    assert output.owner.op == SliceOfLength(length)
    assert output.type.shape == (length, *expression.type.shape[1:])
    assert output.dtype == expression.dtype


@pytest.mark.parametrize("expression", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_other_slices_are_left_alone(expression):
    assert not slices_in(rewritten(expression))


def terms(expression):
    """Return the polynomial with the names of variables: {"ij": 2, "": 3} is 2ij + 3."""
    polynomial = _polynomial(expression)
    return {"".join(v.name for v in t): factor for t, factor in polynomial.items() if factor}


POLYNOMIALS = {
    "a number": (T.constant(7), {"": 7}),
    "a variable": (i, {"i": 1}),
    "a sum": (i + i + 3, {"i": 2, "": 3}),
    "a difference": (i - j - 4, {"i": 1, "j": -1, "": -4}),
    "what cancels": (i + j - i - j, {}),
    "a sign": (-(i - 2), {"i": -1, "": 2}),
    "a product with a sum": (3 * (i + 1) * 10, {"i": 30, "": 30}),
    "a product of two sums": ((i + 1) * (i - 2) + 2, {"ii": 1, "i": -1}),
    "a cast to more bits": (2 * k.astype("int64") + k, {"k": 3}),
}


@pytest.mark.parametrize("expression, expected", POLYNOMIALS.values(), ids=POLYNOMIALS)
def test_index_arithmetic_becomes_a_polynomial(expression, expected):
    assert terms(expression) == expected


def test_the_order_of_factors_does_not_matter():
    assert _polynomial(i * j) == _polynomial(j * i)
    assert _difference((i + j) * (j + i), i * i + 2 * j * i + j * j + 5) == -5
    assert _difference(i * i, i) is None


def test_anything_else_is_an_unknown_of_its_own():
    quotient = i // 3
    assert _polynomial(quotient + 1) == {(quotient,): 1, (): 1}
    shorter = k.astype("int8")
    assert _polynomial(shorter) == {(shorter,): 1}


@pytest.fixture
def gpu():
    network3.GPU = True
    yield
    network3.GPU = False


images, labels = np.arange(240.0).reshape(60, 4), np.arange(60, dtype="int32")


def test_mini_batches_by_givens_are_those_of_numpy(gpu, float64):
    """As in the original's SGD, data are shared variables, sliced by the mini-batch's number."""
    x, y, i = T.matrix(), T.ivector(), T.lscalar()
    all_x, all_y = pytensor.shared(images), pytensor.shared(labels)
    batch = slice(i * 10, (i + 1) * 10)
    f = pytensor.function([i], [2 * x, y + 1], givens={x: all_x[batch], y: all_y[batch]})
    assert len(slices_in(f.maker.fgraph)) == 2
    for number in (0, 3, 5):
        rows = slice(number * 10, (number + 1) * 10)
        double, after = f(number)
        assert np.asarray(double).tolist() == (2 * images[rows]).tolist()
        assert np.asarray(after).tolist() == (labels[rows] + 1).tolist()


def test_a_start_and_a_constant_slices_like_numpy(gpu, float32):
    i = T.lscalar()
    f = pytensor.function([i], pytensor.shared(images.astype("float32"))[i : i + 3])
    assert slices_in(f.maker.fgraph) == [SliceOfLength(3)]
    for start in (0, 1, 57):
        assert np.asarray(f(start)).tolist() == images[start : start + 3].tolist()


def test_a_length_that_varies_is_an_error_and_never_a_wrong_slice(gpu, float64):
    i = T.lscalar()
    f = pytensor.function([i], pytensor.shared(images)[i * 10 : i * 10 + i // 1000 + 10])
    assert not slices_in(f.maker.fgraph)
    with pytest.raises(TypeError, match="a size that is computed from values"):
        f(1)


def test_the_operator_is_the_same_slice_without_jax(float64):
    x, i = T.matrix(), T.lscalar()
    y = SliceOfLength(3)(x, i)
    f = pytensor.function([x, i], [y, y.shape], mode="FAST_COMPILE")
    rows, shape = f(images, 5)
    assert rows.tolist() == images[5:8].tolist()
    assert shape.tolist() == [3, 4]


def test_the_cpp_backend_keeps_its_slices(float64):
    network3.GPU = False
    i = T.lscalar()
    f = pytensor.function([i], pytensor.shared(images)[i * 10 : (i + 1) * 10])
    assert not slices_in(f.maker.fgraph)
    assert f(5).tolist() == images[50:].tolist()
