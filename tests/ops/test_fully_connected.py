"""FullyConnected and its SGD update, compared with matrix products in float64."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import ACTIVATIONS
from compare import assert_close, check_gradient, draw, some_cost, variables

import network3
from network3.kernels.reference import fully_connected as reference
from network3.ops.fully_connected import FullyConnected, FullyConnectedStep

IMAGES = (1, 3, 10, 16, 33)
# K and M: fewer outputs than a vector holds, exactly one vector, a multiple, and other numbers
SIZES = [(5, 3), (40, 10), (7, 16), (33, 100), (129, 17), (70, 1)]
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)


@pytest.fixture(autouse=True)
def cpp():
    network3.GPU = False


@functools.cache
def layer(floatX, activation):
    """Return a function of x, w, b and dy that gives y and, by `T.grad`, dx, dw and db."""
    x, w, b, dy = variables(*2 * [(None, None)], (None,), (None, None))
    y = FullyConnected(activation)(x, w, b)
    return pytensor.function([x, w, b, dy], [y, *T.grad(None, [x, w, b], known_grads={y: dy})])


@functools.cache
def step(floatX, activation, input_gradient=True, squares=True):
    """Return a function of x, y, dy, eta, decay, w and b that gives w', b', dx and the squares."""
    inputs = variables(*3 * [(None, None)], (), (), (None, None), (None,))
    op = FullyConnectedStep(activation, input_gradient, squares)
    return pytensor.function(inputs, op(*inputs))


def example(B, K, M, dtype, seed=0):
    """Return x, w, b and dy such that sums over K are near 1."""
    x, w, b, dy = (
        draw(shape, seed=seed + k) for k, shape in enumerate([(B, K), (K, M), (M,), (B, M)])
    )
    return [array.astype(dtype) for array in (x, w / K**0.5, b, dy / B)]


def truth(x, w, b, dy, activation):
    """Return y, dx, dw and db in float64."""
    f, slope = ACTIVATIONS[activation]
    x, w, b, dy = (array.astype("float64") for array in (x, w, b, dy))
    y = f(np.einsum("bk,km->bm", x, w) + b)
    d = dy * slope(y)
    dx, dw = np.einsum("bm,km->bk", d, w), np.einsum("bk,bm->km", x, d)
    return y, dx, dw, d.sum(axis=0)


ETA, DECAY = 0.75, 0.875


def stepped(x, w, b, dy, activation):
    """Return w', b', dx and the squares in float64."""
    _, dx, dw, db = truth(x, w, b, dy, activation)
    return DECAY * w - ETA * dw, b - ETA * db, dx, np.sum(np.square(w, dtype="float64"))


def test_a_case_that_can_be_checked_by_eye(floatX):
    x, w = np.array([[1, 2]], floatX), np.array([[1, -1, 0], [10, -10, 0]], floatX)
    b, dy = np.array([1, 2, 3], floatX), np.array([[1, 100, 2]], floatX)
    y, dx, dw, db = layer(floatX, "ReLU")(x, w, b, dy)
    assert y.tolist() == [[22, 0, 3]]
    assert dx.tolist() == [[1, 10]]
    assert dw.tolist() == [[1, 0, 2], [2, 0, 4]]
    assert db.tolist() == [1, 0, 2]
    half = np.array(0.5, floatX)
    results = step(floatX, "ReLU")(x, y, dy, half, 2 * half + 1, w, b)
    assert results[0].tolist() == [[1.5, -2, -1], [19, -20, -2]]
    assert results[1].tolist() == [0.5, 2, 2]
    assert results[2].tolist() == [[1, 10]]
    assert results[3] == 202


@pytest.mark.parametrize("K, M", SIZES)
@each_activation
def test_the_layer_computes_the_definition(K, M, activation, floatX):
    for B in IMAGES:
        x, w, b, dy = example(B, K, M, floatX)
        expected = truth(x, w, b, dy, activation)
        for place in (np.ascontiguousarray, np.asfortranarray):
            results = layer(floatX, activation)(place(x), w, b, dy)
            for result, array in zip(results, expected, strict=True):
                assert_close(result, array, floatX)


@pytest.mark.parametrize("K, M", SIZES)
@each_activation
def test_the_step_computes_the_definition(K, M, activation, floatX):
    eta, decay = np.array(ETA, floatX), np.array(DECAY, floatX)
    for B in IMAGES:
        x, w, b, dy = example(B, K, M, floatX)
        y = truth(x, w, b, dy, activation)[0].astype(floatX)
        expected = stepped(x, w, b, dy, activation)
        for place in (np.ascontiguousarray, np.asfortranarray):
            results = step(floatX, activation)(place(x), place(y), place(dy), eta, decay, w, b)
            for result, array in zip(results[:3], expected[:3], strict=True):
                assert_close(result, array, floatX)
            np.testing.assert_allclose(results[3], expected[3], rtol=1e-5)
            alone = step(floatX, activation, False, False)(x, y, dy, eta, decay, w, b)
            for result, array in zip(alone, expected[:2], strict=True):
                assert_close(result, array, floatX)


@pytest.mark.parametrize("decay", [1, DECAY])
@pytest.mark.parametrize("B", [1, 10, 27, 80])
def test_inputs_that_are_0_in_all_images(B, decay, floatX):
    """Pixels at the borders of digits are such inputs. Some zeros are negative."""
    x, w, b, dy = example(B, 300, 100, floatX)
    rng = np.random.default_rng(2)
    x[:, rng.random(300) < 0.5] = 0
    x[: B // 2, 100:200] = 0
    x[B // 2 + 1 :, 250:] = 0
    x[:, :7] = -0.0
    y, _, dw, db = truth(x, w, b, dy, "tanh")
    for place in (np.ascontiguousarray, np.asfortranarray):
        assert_close(layer(floatX, "tanh")(place(x), w, b, dy)[0], y, floatX)
    arguments = x, y.astype(floatX), dy, *np.array([ETA, decay], floatX), w, b
    new_w, new_b = step(floatX, "tanh", False, False)(*arguments)
    assert_close(new_w, decay * w - ETA * dw, floatX)
    assert_close(new_b, b - ETA * db, floatX)
    *_, squares = step(floatX, "tanh", False, True)(*arguments)
    np.testing.assert_allclose(squares, np.sum(np.square(w, dtype="float64")), rtol=1e-5)


@pytest.mark.parametrize("M", [3, 17])  # less than a vector, and more
def test_a_step_without_images_decays_w_and_sums_the_squares_of_the_old_one(M, floatX):
    x, w, b, dy = example(0, 33, M, floatX)
    eta, decay = np.array(ETA, floatX), np.array(DECAY, floatX)
    expected = float(np.sum(np.square(w, dtype="float64")))
    for input_gradient in (False, True):
        f = step(floatX, "tanh", input_gradient)
        new_w, new_b, *_, squares = f(x, dy, dy, eta, decay, w, b)
        np.testing.assert_array_equal(new_w, decay * w)
        np.testing.assert_array_equal(new_b, b)
        np.testing.assert_allclose(squares, expected, rtol=1e-5)


def test_sizes_that_several_threads_share(floatX):
    """They are those of the book's largest layer, 1000 x 1000, for ten and for eleven images."""
    for B in (10, 11):
        x, w, b, dy = example(B, 1000, 1000, floatX)
        y, *expected = truth(x, w, b, dy, "tanh")
        assert_close(layer(floatX, "tanh")(x, w, b, dy)[0], y, floatX)
        arguments = x, y.astype(floatX), dy, *np.array([ETA, DECAY], floatX), w, b
        results = step(floatX, "tanh")(*arguments)
        for result, array in zip(results[:3], stepped(x, w, b, dy, "tanh")[:3], strict=True):
            assert_close(result, array, floatX)


@each_activation
def test_the_reference_computes_the_definition(activation):
    x, w, b, dy = example(3, 5, 4, "float64")
    y, *expected = truth(x, w, b, dy, activation)
    assert_close(reference.fully_connected(x, w, b, activation), y, "float64")
    results = reference.fully_connected_gradient(x, w, y, dy, activation)
    for result, array in zip(results, expected, strict=True):
        assert_close(result, array, "float64")
    results = reference.fully_connected_step(x, y, dy, ETA, DECAY, w, b, activation)
    for result, array in zip(results, stepped(x, w, b, dy, activation), strict=True):
        assert_close(result, array, "float64")


@pytest.mark.slow
@each_activation
def test_gradients_by_finite_differences(activation, float64):
    shapes = (3, 5), (5, 4), (4,)
    inputs = variables(*shapes)
    values = [draw(shape, seed=seed) for seed, shape in enumerate(shapes)]
    check_gradient(some_cost(FullyConnected(activation)(*inputs)), inputs, values)


def activated(activation, z, dtype="float32"):
    """Return activation(z) from the kernel, for a layer with one input, 0, and the biases z."""
    zero = np.zeros((1, 1), dtype)
    return layer(dtype, activation)(zero, np.zeros((1, len(z)), dtype), z, np.ones_like(z)[None])[
        0
    ][0]


def in_ulps(result, true):
    return np.abs(result - true) / np.spacing(np.abs(true).astype("float32"))


RANGE = np.concatenate(
    [np.linspace(-86, 86, 200_001), np.geomspace(1e-30, 1, 50_001), -np.geomspace(1e-30, 1, 50_001)]
).astype("float32")


def test_the_sigmoid_is_exact_to_four_units_in_the_last_place(float32):
    true = 1 / (1 + np.exp(-RANGE.astype("float64")))
    assert in_ulps(activated("sigmoid", RANGE), true).max() < 4


def test_the_tanh_is_exact_to_four_units_in_the_last_place(float32):
    """The error is relative, near 0 as elsewhere."""
    true = np.tanh(RANGE.astype("float64"))
    assert in_ulps(activated("tanh", RANGE), true).max() < 4


EXTREME = np.array([-np.inf, -1e38, -200, -90, 0, 90, 200, 1e38, np.inf, np.nan])


def test_activations_of_infinity_and_nan(floatX):
    z = EXTREME.astype(floatX)
    for activation, ends, middle in (("sigmoid", (0, 1), 0.5), ("tanh", (-1, 1), 0)):
        y = activated(activation, z, floatX)
        np.testing.assert_allclose(y[:4], ends[0], rtol=1e-7, atol=1e-37)
        assert y[4] == middle
        np.testing.assert_allclose(y[5:9], ends[1], rtol=1e-7)
        assert np.isnan(y[9])
    for activation, expected in (("linear", z), ("ReLU", np.maximum(0, z))):
        np.testing.assert_array_equal(activated(activation, z, floatX), expected)


def test_dimensions_and_dtypes_are_checked_at_once():
    x, b = T.matrix(dtype="float32"), T.vector(dtype="float32")
    with pytest.raises(TypeError, match="fully_connected got x with 3 dimensions"):
        FullyConnected("tanh")(T.tensor3(dtype="float32"), x, b)
    with pytest.raises(TypeError, match="in float32 and w in float64"):
        FullyConnected("tanh")(x, T.matrix(dtype="float64"), b)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_a_nan_stays_one_whatever_its_lower_bits_say(activation):
    """These bits must not end up in the exponent."""
    nans = (0x7FC00000 + np.arange(512, dtype=np.uint32)).view(np.float32)[None]
    x, w, b = T.matrix(dtype="float32"), T.matrix(dtype="float32"), T.vector(dtype="float32")
    f = pytensor.function([x, w, b], FullyConnected(activation)(x, w, b))
    y = f(np.zeros((1, 1), "float32"), np.zeros((1, 512), "float32"), nans[0])
    assert np.isnan(y).all()
