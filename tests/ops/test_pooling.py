"""Properties of all pooling modes: sizes, derivatives by finite differences, errors."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from compare import check_gradient, draw, some_cost, variables

from network3.ops import average_pool2d, l2_pool2d, max_pool2d
from network3.ops.average_pool2d import AveragePool2DGradient
from network3.ops.l2_pool2d import L2Pool2DGradient
from network3.ops.max_pool2d import MaxPool2DGradient

GRADIENTS = {
    max_pool2d: MaxPool2DGradient,
    l2_pool2d: L2Pool2DGradient,
    average_pool2d: AveragePool2DGradient,
}

SHAPE, POOLSIZE = (2, 2, 5, 7), (2, 3)  # one row and one column belong to no window


@pytest.fixture(params=GRADIENTS, ids=lambda pool: pool.__name__)
def pool(request):
    return request.param


def test_the_default_window_is_2_by_2(pool):
    x = T.tensor(dtype="float32", shape=(2, 3, 9, 4))
    assert pool(x).type.shape == (2, 3, 4, 2)


def test_a_batch_may_be_empty(pool, backend, floatX):
    x = T.tensor4()
    y = pool(x)
    f = pytensor.function([x], [y, T.grad(y.sum(), x)])
    assert [z.shape for z in f(np.zeros((0, 2, 5, 4), floatX))] == [(0, 2, 2, 2), (0, 2, 5, 4)]


@pytest.mark.slow
def test_the_gradient_by_finite_differences(pool, backend, float64):
    (x,) = variables(SHAPE)
    check_gradient(some_cost(pool(x, POOLSIZE)), [x], [draw(SHAPE)])


@pytest.mark.slow
def test_second_derivatives_by_finite_differences(pool, backend, float64):
    """The cost is computed from a gradient, so its own gradient has second derivatives."""
    (x,) = variables(SHAPE)
    dx = T.grad(some_cost(pool(x, POOLSIZE)), x)
    check_gradient(some_cost(dx, seed=8), [x], [draw(SHAPE)])


BAD_POOLSIZES = {
    "zero": (0, 2),
    "negative": (2, -1),
    "fraction": (1.5, 2),
    "one number": 2,
    "a tuple of one": (2,),
    "a tuple of three": (2, 2, 2),
    "text": "22",
    "none": None,
}


@pytest.mark.parametrize("poolsize", BAD_POOLSIZES.values(), ids=BAD_POOLSIZES)
def test_a_poolsize_is_two_positive_integers(pool, poolsize):
    with pytest.raises(ValueError, match=rf"{pool.__name__} got poolsize = .*: it must be 2 posi"):
        pool(T.tensor4(dtype="float32"), poolsize)


def test_inputs_that_do_not_fit_are_refused_at_once(pool, float32):
    name, dtype = pool.__name__, pytensor.config.floatX
    with pytest.raises(TypeError, match=f"{name} got x with 3 dimensions, but it needs 4"):
        pool(T.tensor3(dtype=dtype))
    with pytest.raises(TypeError, match=f"{name} got x of dtype int64, .*: convert with x.astype"):
        pool(T.tensor4(dtype="int64"))
    sentence = f"{name} got windows of 4 x 2 for feature maps of 3 x 5: a window must fit into a"
    with pytest.raises(ValueError, match=sentence):
        pool(T.tensor(dtype=dtype, shape=(None, None, 3, 5)), (4, 2))
    with pytest.raises(ValueError, match="a window must fit into a map"):
        pool(T.tensor(dtype=dtype, shape=(None, None, None, 5)), (1, 6))


def test_windows_that_do_not_fit_are_refused_when_the_sizes_become_known(pool, backend, float32):
    x = T.tensor4(dtype=pytensor.config.floatX)
    f = pytensor.function([x], pool(x, (4, 2)))
    assert f(np.ones((2, 1, 4, 2), x.dtype)).shape == (2, 1, 1, 1)
    for size in [(3, 5), (4, 1)]:
        with pytest.raises(ValueError, match=f"^{pool.__name__}.*window"):
            f(np.ones((2, 1, *size), x.dtype))


def test_the_gradient_refuses_what_pooling_does_not_give(pool, backend, float32):
    gradient = GRADIENTS[pool](2, 2)
    name, dtype = gradient.kernel, pytensor.config.floatX
    x, good, bad = variables((2, 1, 5, 4), (2, 1, 2, 2), (2, 1, 3, 2))
    assert gradient(x, good, good).type.shape == (2, 1, 5, 4)
    with pytest.raises(ValueError, match=f"{name} got y of shape .* but dy of .* be the same"):
        gradient(x, good, bad)
    with pytest.raises(ValueError, match=f"{name} got y of .* for x of"):
        gradient(x, bad, bad)
    with pytest.raises(TypeError, match=f"{name} got dy with 3 dimensions"):
        gradient(x, good, T.tensor3(dtype=dtype))
    inputs = variables(*3 * [4 * (None,)])
    f = pytensor.function(inputs, gradient(*inputs))
    sizes = (2, 1, 5, 4), (2, 1, 2, 2), (2, 1, 2, 2)
    assert f(*(np.ones(size, dtype) for size in sizes)).shape == (2, 1, 5, 4)
    for y, dy in [((2, 1, 2, 2), (2, 1, 3, 2)), 2 * ((2, 1, 3, 2),), 2 * ((1, 1, 2, 2),)]:
        with pytest.raises(ValueError, match=f"^{name}"):
            f(*(np.ones(size, dtype) for size in (sizes[0], y, dy)))
