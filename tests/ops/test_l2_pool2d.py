"""l2_pool2d, compared with loops over its windows; the gradient of dark windows is finite."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import (
    assert_close,
    check_gradient,
    draw,
    each_pooling,
    some_cost,
    variables,
    windows,
)

from network3.kernels.reference import l2_pool2d as reference
from network3.ops import l2_pool2d
from network3.ops.l2_pool2d import L2Pool2DGradient


def truth(x, dy, poolsize):
    """Return y and dx; each place receives x / y * dy, or 0 if y is 0."""
    y, dx = np.zeros(dy.shape), np.zeros(x.shape)
    for at_y, places in windows(x.shape, poolsize):
        y[at_y] = sum(float(x[place]) ** 2 for place in places) ** 0.5
        for place in places:
            if y[at_y] > 0:
                dx[place] = x[place] / y[at_y] * dy[at_y]
    return y, dx


def example(shape, poolsize, dtype):
    """Return x and dy; one window of x is dark."""
    (N, C, H, W), (ph, pw) = shape, poolsize
    x = draw(shape, dtype)
    x[0, 0, :ph, :pw] = 0
    return x, draw((N, C, H // ph, W // pw), dtype, seed=1)


@functools.cache
def compiled(backend, floatX, poolsize):
    """Return a function of x and dy of any sizes that gives y and, by `T.grad`, dx."""
    x, dy = variables(*2 * [4 * (None,)])
    y = l2_pool2d(x, poolsize)
    return pytensor.function([x, dy], [y, T.grad(None, x, known_grads={y: dy})])


def test_the_length_of_each_window(backend, floatX):
    x = np.array([[[[3, 0, 1, -1], [0, -4, 1, 1]]]], floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, np.array([[[[5, 6]]]], floatX))
    assert y.tolist() == [[[[5, 2]]]]
    assert dx[0, 0].tolist() == [[3, 0, 3, -3], [0, -4, 3, 3]]


def test_the_gradient_is_zero_in_a_dark_window_and_at_the_border(backend, floatX):
    x = np.array([[[[0, 0, 3], [0, 0, 4], [5, 6, 7]]]], floatX)
    dy = np.ones((1, 1, 1, 1), floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, dy)
    assert y.tolist() == [[[[0]]]]
    assert dx.tolist() == np.zeros((1, 1, 3, 3)).tolist()
    assert reference.l2_pool2d_gradient(x, np.asarray(y), dy, 2, 2).tolist() == dx.tolist()


@each_pooling
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_computes_the_definition(shape, poolsize, dtype):
    x, dy = example(shape, poolsize, dtype)
    y, dx = truth(x, dy, poolsize)
    assert_close(reference.l2_pool2d(x, *poolsize), y, dtype)
    assert_close(reference.l2_pool2d_gradient(x, y.astype(dtype), dy, *poolsize), dx, dtype)


@each_pooling
def test_the_kernels_compute_the_definition(shape, poolsize, backend, floatX):
    x, dy = example(shape, poolsize, floatX)
    results = compiled(backend, floatX, poolsize)(x, dy)
    for result, expected in zip(results, truth(x, dy, poolsize), strict=True):
        assert_close(result, expected, floatX)


SHAPE, POOLSIZE = (2, 2, 5, 7), (2, 3)  # one row and one column belong to no window


@pytest.mark.slow
def test_the_gradient_of_the_gradient_by_finite_differences(backend, float64):
    """Each input is varied alone, as if y did not depend on x."""
    pooled = 2, 2, 2, 2
    inputs = variables(SHAPE, pooled, pooled)
    values = draw(SHAPE), 1 + np.abs(draw(pooled, seed=1)), draw(pooled, seed=2)
    check_gradient(some_cost(L2Pool2DGradient(*POOLSIZE)(*inputs)), inputs, list(values))


@pytest.mark.slow
def test_second_derivatives_are_zero_in_a_dark_window(backend, float64):
    (x,) = variables((1, 1, 3, 4))
    dx = T.grad(some_cost(l2_pool2d(x, (2, 2))), x)
    f = pytensor.function([x], T.grad(some_cost(dx, seed=8), x))
    value = draw((1, 1, 3, 4))
    value[0, 0, :2, :2] = 0
    second = np.asarray(f(value))[0, 0]
    assert np.isfinite(second).all()
    assert not second[:2, :2].any()
    assert second[:2, 2:].all()
    assert not second[2].any()
