"""max_pool2d, compared with loops over its windows, with and without ties."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import (
    assert_close,
    draw,
    each_pooling,
    variables,
    windows,
)

from network3.kernels.reference import max_pool2d as reference
from network3.ops import max_pool2d


def truth(x, dy, poolsize):
    """Return y and dx; each place that equals the maximum of its window receives dy."""
    y, dx = np.zeros(dy.shape), np.zeros(x.shape)
    for at_y, places in windows(x.shape, poolsize):
        y[at_y] = max(x[place] for place in places)
        for place in places:
            if x[place] == y[at_y]:
                dx[place] = dy[at_y]
    return y, dx


def examples(shape, poolsize, dtype):
    """Yield x and dy, once without ties and once with many (x is -1, 0 or 1)."""
    (N, C, H, W), (ph, pw) = shape, poolsize
    dy = draw((N, C, H // ph, W // pw), dtype, seed=1)
    x = draw(shape, dtype)
    return [(x, dy), (np.clip(np.round(x), -1, 1), dy)]


@functools.cache
def compiled(backend, floatX, poolsize):
    """Return a function of x and dy of any sizes that gives y and, by `T.grad`, dx."""
    x, dy = variables(*2 * [4 * (None,)])
    y = max_pool2d(x, poolsize)
    return pytensor.function([x, dy], [y, T.grad(None, x, known_grads={y: dy})])


def test_the_largest_of_each_window(backend, floatX):
    x = np.array([[[[1, 2, 5, 6], [3, 4, 8, 7], [-4, -3, 0, 9], [-2, -1, 9, 0]]]], floatX)
    dy = np.array([[[[10, 20], [30, 40]]]], floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, dy)
    assert y[0, 0].tolist() == [[4, 8], [-1, 9]]
    assert dx[0, 0].tolist() == [[0, 0, 0, 0], [0, 10, 20, 0], [0, 0, 0, 40], [0, 30, 40, 0]]


def test_all_that_tie_get_the_whole_gradient(backend, floatX):
    """This is Theano's rule; JAX and PyTorch choose the first place."""
    x = np.array([[[[7, 7, 0, 5], [7, 7, 5, 5]]]], floatX)
    _, dx = compiled(backend, floatX, (2, 2))(x, np.array([[[[1, 2]]]], floatX))
    assert dx[0, 0].tolist() == [[1, 1, 0, 2], [1, 1, 2, 2]]


def test_rows_and_columns_that_fill_no_window_are_left_out(backend, floatX):
    x = np.array([[[[1, 2, 9], [3, 4, 9], [9, 9, 9]]]], floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, np.ones((1, 1, 1, 1), floatX))
    assert y.tolist() == [[[[4]]]]
    assert dx[0, 0].tolist() == [[0, 0, 0], [0, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_nan_in_a_window_is_its_maximum(place, backend, floatX):
    x = np.array([[[[1, 2, 5, 6], [3, 4, 8, 7]]]], floatX)
    x[0, 0][place] = np.nan
    y, _ = compiled(backend, floatX, (2, 2))(x, np.ones((1, 1, 1, 2), floatX))
    np.testing.assert_array_equal(y[0, 0], [[np.nan, 8]])
    np.testing.assert_array_equal(reference.max_pool2d(x, 2, 2)[0, 0], [[np.nan, 8]])


def test_infinities_are_numbers_like_others(backend, floatX):
    x = np.array([[[[-np.inf, -np.inf, 5, np.inf], [-np.inf, -np.inf, 8, 7]]]], floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, np.array([[[[1, 2]]]], floatX))
    assert y.tolist() == [[[[-np.inf, np.inf]]]]
    assert dx[0, 0].tolist() == [[1, 1, 0, 2], [1, 1, 0, 0]]


@each_pooling
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_computes_the_definition(shape, poolsize, dtype):
    for x, dy in examples(shape, poolsize, dtype):
        y, dx = truth(x, dy, poolsize)
        assert_close(reference.max_pool2d(x, *poolsize), y, dtype)
        assert_close(reference.max_pool2d_gradient(x, y.astype(dtype), dy, *poolsize), dx, dtype)


@each_pooling
def test_the_kernels_compute_the_definition_exactly(shape, poolsize, backend, floatX):
    f = compiled(backend, floatX, poolsize)
    for x, dy in examples(shape, poolsize, floatX):
        for result, expected in zip(f(x, dy), truth(x, dy, poolsize), strict=True):
            assert_close(result, expected, floatX)
            assert (np.asarray(result) == expected).all()


@pytest.mark.slow
def test_the_second_derivative_follows_the_tie_rule_too(backend, float64):
    """dx = 2y at each place that equals y; all four tie, so the cost below is 4 * (2y)^2."""
    (x,) = variables((1, 1, 2, 2))
    dx = T.grad((max_pool2d(x, (2, 2)) ** 2).sum(), x)
    f = pytensor.function([x], T.grad((dx**2).sum(), x))
    assert np.asarray(f(np.full((1, 1, 2, 2), 3.0))).ravel().tolist() == 4 * [4 * 8 * 3.0]
