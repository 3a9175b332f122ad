"""average_pool2d against loops over its windows, alone and in the fused operators of a layer."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import ACTIVATIONS, images_innermost
from compare import assert_close, check_gradient, draw, each_pooling, some_cost, variables, windows
from scipy.signal import convolve2d
from threadpoolctl import threadpool_limits

import network3
from network3.kernels.reference import average_pool2d as reference
from network3.ops import average_pool2d
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterStep,
    ShortConvPoolActivate,
)
from network3.ops.pool_activate import PoolActivate


def truth(x, dy, poolsize):
    """Return y and dx; each place receives an equal share of dy."""
    y, dx = np.zeros(dy.shape), np.zeros(x.shape)
    for at_y, places in windows(x.shape, poolsize):
        y[at_y] = sum(float(x[place]) for place in places) / len(places)
        for place in places:
            dx[place] = dy[at_y] / len(places)
    return y, dx


def example(shape, poolsize, dtype):
    """Return x and dy."""
    (N, C, H, W), (ph, pw) = shape, poolsize
    return draw(shape, dtype), draw((N, C, H // ph, W // pw), dtype, seed=1)


@functools.cache
def compiled(backend, floatX, poolsize):
    """Return a function of x and dy of any sizes that gives y and, by `T.grad`, dx."""
    x, dy = variables(*2 * [4 * (None,)])
    y = average_pool2d(x, poolsize)
    return pytensor.function([x, dy], [y, T.grad(None, x, known_grads={y: dy})])


def test_the_mean_of_each_window(backend, floatX):
    x = np.array([[[[1, 2, 5, 6, 9], [3, 6, 8, -3, 9], [9, 9, 9, 9, 9]]]], floatX)
    y, dx = compiled(backend, floatX, (2, 2))(x, np.array([[[[4, 8]]]], floatX))
    assert y.tolist() == [[[[3, 4]]]]
    assert dx[0, 0].tolist() == [[1, 1, 2, 2, 0], [1, 1, 2, 2, 0], [0, 0, 0, 0, 0]]


@each_pooling
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_computes_the_definition(shape, poolsize, dtype):
    x, dy = example(shape, poolsize, dtype)
    y, dx = truth(x, dy, poolsize)
    assert_close(reference.average_pool2d(x, *poolsize), y, dtype)
    result = reference.average_pool2d_gradient(x, y.astype(dtype), dy, *poolsize)
    assert_close(result, dx, dtype)


@each_pooling
def test_the_kernels_compute_the_definition(shape, poolsize, backend, floatX):
    x, dy = example(shape, poolsize, floatX)
    results = compiled(backend, floatX, poolsize)(x, dy)
    for result, expected in zip(results, truth(x, dy, poolsize), strict=True):
        assert_close(result, expected, floatX)


@pytest.mark.parametrize("place", [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_a_nan_in_a_window_is_its_mean(place, backend, floatX):
    x = np.array([[[[1, 2, 5, 6], [3, 4, 8, 7]]]], floatX)
    x[0, 0][place] = np.nan
    y, _ = compiled(backend, floatX, (2, 2))(x, np.ones((1, 1, 1, 2), floatX))
    np.testing.assert_array_equal(y[0, 0], [[np.nan, 6.5]])


# The maps (C, H, W), the filters (K, C, R, S) and a window. In the second case the Toom-Cook
# convolution needs fewer products than the definition.
LAYERS = {
    "borders below and to the right": ((2, 9, 10), (7, 2, 4, 3), (2, 3)),
    "the book's second layer": ((20, 12, 12), (40, 20, 5, 5), (2, 2)),
    "windows of one place": ((3, 4, 5), (7, 3, 2, 2), (1, 1)),
}
each_layer = pytest.mark.parametrize("maps, w_shape, window", LAYERS.values(), ids=LAYERS)


def of_layer(images, maps, w_shape, window, dtype):
    """Return x, w, b and dy of a layer, and its convolution z in float64, by SciPy."""
    (_, H, W), (K, _, R, S), (ph, pw) = maps, w_shape, window
    x, b = draw((images, *maps), dtype, seed=1), draw(K, dtype, seed=3)
    w = (draw(w_shape, seed=2) / np.sqrt(np.prod(w_shape[1:]))).astype(dtype)
    dy = draw((images, K, (H - R + 1) // ph, (W - S + 1) // pw), dtype, seed=4)
    z = [
        [sum(convolve2d(i, g, "valid") for i, g in zip(n, k, strict=True)) for k in w.astype(float)]
        for n in x.astype(float)
    ]
    return (x, w, b, dy), np.array(z)


def pooled_and_back(z, b, dy, window, activation):
    """Return y, dz and db, by loops over windows in float64."""
    f, slope = ACTIVATIONS[activation]
    y, dz, db = np.zeros(dy.shape), 0 * z, 0 * b.astype(float)
    for at, places in windows(z.shape, window):
        y[at] = f(np.mean([z[place] for place in places]) + float(b[at[1]]))
        d = dy[at] * slope(y[at])
        db[at[1]] += d
        for place in places:
            dz[place] = d / len(places)
    return y, dz, db


@pytest.mark.parametrize("activation", ACTIVATIONS)
@each_layer
def test_pooling_bias_and_activation_in_one(maps, w_shape, window, activation, floatX):
    network3.GPU = False
    x, b, dy = variables(4 * (None,), (None,), 4 * (None,))
    y, ties = PoolActivate(*window, activation, "average")(x, b)
    f = pytensor.function([x, b, dy], [y, ties, *T.grad(None, [x, b], known_grads={y: dy})])
    for images in (1, 10, 17):
        (_, _, b, dy), z = of_layer(images, maps, w_shape, window, floatX)
        z = z.astype(floatX)
        y, dz, db = pooled_and_back(z.astype(float), b, dy, window, activation)
        for place in (np.ascontiguousarray, images_innermost):
            results = f(place(z), b, place(dy))
            assert (results[1] == 2 ** (window[0] * window[1]) - 1).all()
            for result, expected in zip((results[0], *results[2:]), (y, dz, db), strict=True):
                assert_close(result, expected, floatX)


@pytest.mark.slow
@each_layer
def test_a_layer_in_one(maps, w_shape, window, floatX):
    """Test the forward pass in training and evaluation, the backward pass, and an SGD update."""
    network3.GPU = False
    inputs = variables(4 * (None,), 4 * (None,), (None,), 4 * (None,))
    x, w, b, dy = inputs
    y, ties = ConvPoolActivate(*window, "tanh", "average")(x, w, b)
    short = ShortConvPoolActivate(*window, "tanh", "average")(x, w, b)
    eta, decay = np.asarray(0.5, floatX), np.asarray(0.75, floatX)
    step = ConvPoolFilterStep(*window, "tanh", "average", squares=False)
    update = step(x, y, ties, dy, eta, decay, w, b)
    grads = T.grad(None, [x, w, b], known_grads={y: dy})
    f = pytensor.function(inputs, [y, short, *grads, *update])
    for images in (3, 10, 33):
        (x, w, b, dy), z = of_layer(images, maps, w_shape, window, floatX)
        y, dz, db = pooled_and_back(z, b, dy, window, "tanh")
        dx, dw = np.zeros(x.shape), np.zeros(w.shape)
        P, Q = z.shape[2:]
        R, S = w_shape[2:]
        for r, s in np.ndindex(R, S):
            place = np.s_[:, :, R - 1 - r : R - 1 - r + P, S - 1 - s : S - 1 - s + Q]
            dw[:, :, r, s] = np.einsum("nkpq,ncpq->kc", dz, x[place])
            dx[place] += np.einsum("nkpq,kc->ncpq", dz, w[:, :, r, s])
        expected = y, y, dx, dw, db, 0.75 * w - 0.5 * dw, b - 0.5 * db
        for result, true in zip(f(x, w, b, dy), expected, strict=True):
            scale = result.dtype.type(1 + np.abs(true).max())
            assert_close(result / scale, true / scale, floatX)


@pytest.mark.slow
def test_gradients_of_a_layer_by_finite_differences(float64):
    network3.GPU = False
    shapes = (3, 2, 7, 9), (4, 2, 3, 2), (4,)
    x, w, b = variables(*shapes)
    values = [draw(shape, seed=seed) for seed, shape in enumerate(shapes)]
    y = ConvPoolActivate(2, 3, "sigmoid", "average")(x, w, b)[0]
    check_gradient(some_cost(y), [x, w, b], values)


@each_layer
def test_the_number_of_threads_changes_no_bit(maps, w_shape, window, floatX):
    network3.GPU = False
    x, w, b = variables(4 * (None,), 4 * (None,), (None,))
    f = pytensor.function([x, w, b], ShortConvPoolActivate(*window, "ReLU", "average")(x, w, b))
    (x, w, b, _), _ = of_layer(33, maps, w_shape, window, floatX)
    results = []
    for threads in (1, 2, 7):
        with threadpool_limits(threads, "openmp"):
            results.append(f(x, w, b))
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])
