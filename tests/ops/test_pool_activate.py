"""PoolActivate and its gradients, compared with loops over windows."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import ACTIVATIONS, images_innermost, pooled_and_back
from compare import assert_close, check_gradient, draw, some_cost, variables

import network3
from network3.kernels.reference import pool_activate as reference
from network3.ops.pool_activate import PoolActivate

# Sizes of the maps and of a window; each is tested with several numbers of images.
MAPS = {
    "windows that tile the map": ((3, 6, 4), (2, 2)),
    "borders below and to the right": ((2, 7, 9), (2, 2)),
    "windows of 3 x 2": ((2, 7, 5), (3, 2)),
    "one row of windows": ((1, 2, 9), (1, 4)),
    "one window": ((2, 4, 3), (4, 3)),
}
each_map = pytest.mark.parametrize("maps, window", MAPS.values(), ids=MAPS)
IMAGES = (1, 3, 10, 16, 33)


@pytest.fixture(autouse=True)
def cpp():
    network3.GPU = False


@functools.cache
def compiled(floatX, window, activation):
    """Return a function of x, b and dy that gives y, ties and, by `T.grad`, dx and db."""
    x, b, dy = variables(4 * (None,), (None,), 4 * (None,))
    y, ties = PoolActivate(*window, activation)(x, b)
    grads = T.grad(None, [x, b], known_grads={y: dy})
    return pytensor.function([x, b, dy], [y, ties, *grads])


def example(images, maps, window, dtype):
    """Return x (multiples of 1/2, so that many places tie), b and dy."""
    (C, H, W), (ph, pw) = maps, window
    x = np.round(2 * draw((images, *maps), seed=1)) / 2
    dy = draw((images, C, H // ph, W // pw), dtype, seed=3)
    return x.astype(dtype), draw(C, dtype, seed=2), dy


def test_a_case_that_can_be_checked_by_eye(floatX):
    x = np.array([[[[1, 2, 5, 5], [2, -1, 0, 3], [9, 9, 9, 9]]]], floatX)
    b = np.array([-3], floatX)
    y, ties, dx, db = compiled(floatX, (2, 2), "ReLU")(x, b, np.array([[[[10, 20]]]], floatX))
    assert y.tolist() == [[[[0, 2]]]]
    assert ties.tolist() == [[[[0b0110, 0b0011]]]]
    assert dx[0, 0].tolist() == [[0, 0, 20, 20], [0, 0, 0, 0], [0, 0, 0, 0]]
    assert db.tolist() == [20]


@each_map
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_it_computes_the_definition(maps, window, activation, floatX):
    f = compiled(floatX, window, activation)
    for images in IMAGES:
        values = example(images, maps, window, floatX)
        y, ties, dx, db = pooled_and_back(*values, window, activation)
        for place in (np.ascontiguousarray, images_innermost):
            x, b, dy = place(values[0]), values[1], place(values[2])
            results = f(x, b, dy)
            for result, expected in zip((results[0], *results[2:]), (y, dx, db), strict=True):
                assert_close(result, expected, floatX)
            assert results[1].dtype == floatX.replace("float", "int")
            assert (results[1] == ties).all()


@each_map
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_the_reference_computes_the_definition(maps, window, activation):
    x, b, dy = example(3, maps, window, "float64")
    expected = pooled_and_back(x, b, dy, window, activation)
    y, ties = reference.pool_activate(x, b, *window, activation)
    dx, db = reference.pool_activate_gradient(x, y, ties, dy, *window, activation)
    for result, array in zip((y, dx, db), (expected[0], *expected[2:]), strict=True):
        assert_close(result, array, "float64")
    assert (ties == expected[1]).all()


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_by_finite_differences(activation, float64):
    shapes = (3, 2, 5, 7), (2,)
    x, b = variables(*shapes)
    values = [draw(shape, seed=seed) for seed, shape in enumerate(shapes)]
    check_gradient(some_cost(PoolActivate(2, 3, activation)(x, b)[0]), [x, b], values)


def test_all_places_that_tie_get_the_whole_gradient(floatX):
    """This is Theano's rule: each place of a uniform window receives the whole gradient."""
    x, b, dy = (
        np.full((10, 1, 2, 8), 3, floatX),
        np.zeros(1, floatX),
        np.ones((10, 1, 1, 2), floatX),
    )
    _, ties, dx, db = compiled(floatX, (2, 4), "linear")(x, b, dy)
    assert (ties == 0b11111111).all()
    assert (dx == 1).all()
    assert db == [20]


@pytest.mark.parametrize("images", [1, 17])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_a_nan_in_a_window_is_its_maximum(activation, images, floatX):
    zero = np.zeros((images, 1, 1, 2), floatX)
    for place in np.ndindex(2, 2):
        x = np.full((images, 1, 2, 4), 0.5, floatX)
        x[(images - 1, 0, *place)] = np.nan
        y, *_ = compiled(floatX, (2, 2), activation)(x, np.zeros(1, floatX), zero)
        expected = np.zeros(y.shape, bool)
        expected[images - 1, 0, 0, 0] = True
        np.testing.assert_array_equal(np.isnan(y), expected)


def test_the_largest_window_whose_ties_fit(floatX):
    """It has 31 places in float32, where bit 31 would be the sign, and 63 in float64."""
    places = 31 if floatX == "float32" else 63
    x = np.zeros((2, 1, 1, places), floatX)
    x[0, 0, 0, -1] = 1
    dy = np.full((2, 1, 1, 1), 2, floatX)
    y, ties, dx, _ = compiled(floatX, (1, places), "linear")(x, np.zeros(1, floatX), dy)
    assert y.ravel().tolist() == [1, 0]
    assert ties.ravel().tolist() == [2 ** (places - 1), 2**places - 1]
    assert (dx[0] == 2 * x[0]).all()
    assert (dx[1] == 2).all()


def test_dimensions_and_dtypes_are_checked_at_once():
    x, b = T.tensor4(dtype="float32"), T.vector(dtype="float32")
    with pytest.raises(TypeError, match="pool_activate got x with 3 dimensions"):
        PoolActivate(2, 2, "tanh")(T.tensor3(dtype="float32"), b)
    with pytest.raises(TypeError, match="pool_activate got b with 2 dimensions"):
        PoolActivate(2, 2, "tanh")(x, T.matrix(dtype="float32"))
