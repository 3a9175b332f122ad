"""Graphs on JAX whose sizes are computed from the sizes of arrays, compared with NumPy."""

import numpy as np
import pytensor
import pytensor.tensor as pt
import pytest

from network3.engine import backend
from network3.theano.ifelse import ifelse

pytest.importorskip("jax")

x = pt.matrix("x", dtype="float64")
n, m = x.shape
VALUE = np.arange(24, dtype="float64").reshape(4, 6)


def loop(steps, start):
    return pytensor.scan(
        lambda row: row * 2 + pt.zeros(row.shape[0] // 2 * 2),
        outputs_info=start,
        n_steps=steps,
        return_updates=False,
    )


GRAPHS = {
    "ones": (pt.ones((n + 1, 2 * m)), np.ones((5, 12))),
    "a size through floats": (
        pt.zeros(pt.ceil(n / 3.0).astype("int64")),
        np.zeros(2),
    ),
    "the larger size": (pt.ones(pt.maximum(n, m)), np.ones(6)),
    "a product of sizes": (pt.zeros(pt.prod(x.shape)), np.zeros(24)),
    "counting": (pt.arange(1, n * 2), np.arange(1, 8)),
    "counting more than a few": (pt.arange(30 * n)[n * 29 :], np.arange(116, 120)),
    "rows set to a number": (pt.set_subtensor(x[[0, 2]], 0).sum(axis=1), np.array([0, 51, 0, 123])),
    "rows and a size": (pt.inc_subtensor(x[[0, 2]], n)[:3], VALUE[:3] + np.array([[4], [0], [4]])),
    "a part": (x[n // 2 :, : m - 1], VALUE[2:, :5]),
    "a row": (x[n - 2], VALUE[2]),
    "backwards": (x[::-1, m - 2 : 0 : -2], VALUE[::-1, 4:0:-2]),
    "another shape": (x.reshape((n // 2, m * 2)), VALUE.reshape(2, 12)),
    "a shape from pieces": (
        x.reshape(pt.concatenate([x.shape[:1], [2, m // 2]]), ndim=3),
        VALUE.reshape(4, 2, 3),
    ),
    "a shape of numbers": (x.reshape((2, 12)), VALUE.reshape(2, 12)),
    "a shape with one size changed": (
        x.reshape(pt.set_subtensor(x.shape[0], n * m // 6), ndim=2),
        VALUE,
    ),
    "padding": (pt.set_subtensor(pt.zeros((n + 2, m + 2))[1 : n + 1, 1:-1], x), np.pad(VALUE, 1)),
    "pieces": (pt.split(x, [n - 1, 1], n_splits=2)[0], VALUE[:3]),
    "pieces of numbers": (pt.split(x, [1, 3], n_splits=2)[1], VALUE[1:]),
    "steps": (loop(n // 2 + 1, x[0]), VALUE[0] * [[2], [4], [8]]),
    "a sum beside a size": (x.sum() * n + m, np.float64(276 * 4 + 6)),
    "the size itself": (n * 2, np.int64(8)),
    "the sizes themselves": (x.shape + 1, np.array([5, 7])),
    "one of two parts": (ifelse(x.sum() > 0, x[: n // 2], x[n // 2 :]), VALUE[:2]),
    "one of two by a size": (ifelse(n > 9, x[:1], x[1 : n - 1]), VALUE[1:3]),
    "a size that two parts share": (
        x[: ifelse(x.sum() > 0, x[: n // 2], x[n // 2 :]).shape[0]],
        VALUE[:2],
    ),
}


@pytest.fixture(autouse=True)
def precise(float64):
    pass


def compiled(graph):
    return pytensor.function([x], graph, mode=backend._jax_mode(False))


@pytest.mark.parametrize("name", GRAPHS)
def test_a_size_that_is_computed(name):
    graph, expected = GRAPHS[name]
    result = np.asarray(compiled(graph)(VALUE))
    np.testing.assert_array_equal(result, expected)
    assert result.shape == expected.shape


@pytest.mark.parametrize("name", ["padding", "backwards", "another shape", "steps", "pieces"])
def test_its_gradient(name):
    graph, _ = GRAPHS[name]
    weights = np.random.default_rng(1).normal(size=GRAPHS[name][1].shape)
    cost = (graph**2 * weights).sum()
    on_c = pytensor.function([x], pytensor.grad(cost, x), mode="FAST_COMPILE")
    np.testing.assert_allclose(compiled(pytensor.grad(cost, x))(VALUE), on_c(VALUE), rtol=1e-12)


def test_another_shape_is_compiled_for_when_it_comes():
    f = compiled(pt.ones((n + 1, 2 * m)))
    assert [np.shape(f(np.ones(shape))) for shape in ((1, 1), (3, 2))] == [(2, 2), (4, 4)]


@pytest.mark.parametrize("sizes", [[n + 1, -1], [n - 4, n]])
def test_pieces_of_a_negative_size_and_of_none(sizes):
    f = compiled(pt.split(x, sizes, n_splits=2)[1])
    if sizes[1] is n:
        assert np.shape(f(VALUE)) == (4, 6)
    else:
        with pytest.raises(ValueError, match=r"the sizes \[5, -1\]"):
            f(VALUE)


def test_a_size_that_two_parts_do_not_share():
    part = ifelse(x.sum() > 0, x[:1].sum(axis=1).shape[0] + n, n * 3)
    assert compiled(part)(VALUE) == 5
    assert compiled(part)(-VALUE) == 12


def test_sizes_of_pieces_that_do_not_add_up():
    with pytest.raises(ValueError, match=r"the sizes \[1, 4\]: there must be 2, none negative"):
        compiled(pt.split(x, [1, n], n_splits=2)[0])(VALUE)


def test_an_assertion_about_a_size():
    checked = pytensor.raise_op.Assert("more rows, please")(x, n > 4)
    with pytest.raises(AssertionError, match="more rows, please"):
        compiled(checked)(VALUE)
    assert np.shape(compiled(checked)(np.ones((5, 1)))) == (5, 1)


def test_a_random_array_of_a_known_size():
    generator = pytensor.shared(np.random.default_rng(3))
    _, drawn = pt.random.normal(size=(3, 2), rng=generator, return_next_rng=True)
    with pytest.warns(UserWarning, match="will not be used"):
        assert np.shape(compiled(drawn + x[:3, :2])(VALUE)) == (3, 2)


@pytest.mark.parametrize(
    "graph",
    [
        pt.ones(x[0, 0].astype("int64")),
        pt.arange(x[0, 0]),
        x[: x[0, 0].astype("int64")],
        x[pt.nonzero(x[:, 0] > 3)[0]],
        x.reshape((x[0, 0].astype("int64"), 4)),
        x.reshape((pt.concatenate([x[:1].sum(axis=1).astype("int64"), [4]])), ndim=2),
    ],
    ids=["ones", "counting", "a part", "chosen rows", "another shape", "a shape from pieces"],
)
def test_a_size_that_is_computed_from_values(graph):
    with pytest.raises(TypeError, match="got a size that is computed from values: JAX must know"):
        compiled(graph)(VALUE)


def test_a_size_that_is_not_known_is_reported_without_the_node_that_pytensor_names():
    """PyTensor names the last node of a compiled graph, which did not cause the error."""
    with pytest.raises(TypeError) as error:
        compiled(loop(x[0, 0].astype("int64"), x[0])[-1])(VALUE)
    assert "the n_steps of a scan" in str(error.value)
    assert "Apply node" not in str(error.value)
