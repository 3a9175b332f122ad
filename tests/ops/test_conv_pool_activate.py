"""ConvPoolActivate, its gradients, and ShortConvPoolActivate.

They are compared with SciPy's convolution and with loops over windows.
"""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import ACTIVATIONS, images_innermost, pooled_and_back
from compare import assert_close, check_gradient, draw, some_cost, variables, windows
from scipy.signal import convolve2d
from threadpoolctl import threadpool_limits

import network3
from network3.kernels.reference import conv_pool_activate as reference
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterGradient,
    ConvPoolFilterStep,
    ConvPoolInputGradient,
    ShortConvPoolActivate,
)

# x without its number of images (C, H, W), w (K, C, R, S), and the size of a window. With many
# filters and maps, and rows of 2 to 7 weights, the Toom-Cook convolution needs fewer products.
CASES = {
    "one map, as in the book's first layer": ((1, 28, 28), (20, 1, 5, 5), (2, 2)),
    "the book's second layer": ((20, 12, 12), (40, 20, 5, 5), (2, 2)),
    "rows of 3, tiles that stand over": ((20, 9, 12), (18, 20, 4, 3), (2, 3)),
    "rows of 2": ((30, 6, 15), (33, 30, 5, 2), (1, 2)),
    "rows of 4": ((20, 8, 13), (17, 20, 3, 4), (3, 2)),
    "rows of 6": ((24, 9, 11), (20, 24, 5, 6), (2, 2)),
    "rows of 7": ((30, 9, 10), (30, 30, 5, 7), (2, 2)),
    "rows of 9, too long for fewer products": ((20, 9, 12), (20, 20, 3, 9), (2, 2)),
    "filters and windows of one place": ((3, 4, 5), (7, 3, 1, 1), (1, 1)),
    "borders below and to the right": ((20, 10, 10), (21, 20, 4, 4), (2, 3)),
    "more rows than fit together": ((20, 40, 9), (20, 20, 2, 5), (2, 5)),
}
SLOW = {"rows of 4", "rows of 6", "rows of 7", "more rows than fit together"}  # to compile
each_case = pytest.mark.parametrize(
    "maps, w_shape, window",
    [
        pytest.param(*case, id=name, marks=pytest.mark.slow if name in SLOW else ())
        for name, case in CASES.items()
    ],
)
each_op = pytest.mark.parametrize("op", [ConvPoolActivate, ShortConvPoolActivate])
IMAGES = (1, 3, 10, 16, 33)


@pytest.fixture(autouse=True)
def cpp():
    network3.GPU = False


@functools.cache
def compiled(op, floatX, window, activation):
    """Return a function that gives y."""
    x, w, b = variables(4 * (None,), 4 * (None,), (None,))
    y = op(*window, activation)(x, w, b, return_list=True)[0]
    return pytensor.function([x, w, b], y)


@functools.cache
def compiled_both_ways(floatX, window, activation):
    """Return a function of x, w, b and dy that gives y, ties and, by `T.grad`, dx, dw and db."""
    x, w, b, dy = variables(4 * (None,), 4 * (None,), (None,), 4 * (None,))
    y, ties = ConvPoolActivate(*window, activation)(x, w, b)
    grads = T.grad(None, [x, w, b], known_grads={y: dy})
    return pytensor.function([x, w, b, dy], [y, ties, *grads])


def example(images, maps, w_shape, dtype):
    x, w = draw((images, *maps), dtype, seed=1), draw(w_shape, dtype, seed=2)
    return x, w / np.sqrt(w[0].size).astype(dtype), draw(w_shape[0], dtype, seed=3)


@functools.cache
def convolved(images, maps, w_shape, dtype):
    """Return x, w and their convolution in float64, by SciPy."""
    x, w, _ = (array.astype("float64") for array in example(images, maps, w_shape, dtype))
    return np.array(
        [
            [sum(convolve2d(i, f, "valid") for i, f in zip(image, k, strict=True)) for k in w]
            for image in x
        ]
    )


def whole_example(images, maps, w_shape, window, dtype):
    """Return x, w, b and dy. x and w are whole numbers, so ties do not depend on rounding."""
    (_, H, W), (K, _, R, S), (ph, pw) = maps, w_shape, window
    rng = np.random.default_rng(4)
    x, w = rng.integers(-1, 2, (images, *maps)), rng.integers(-1, 2, w_shape)
    dy = draw((images, K, (H - R + 1) // ph, (W - S + 1) // pw), dtype, seed=3)
    return x.astype(dtype), w.astype(dtype), draw(K, dtype, seed=2), dy


def truth_both_ways(x, w, b, dy, window, activation):
    """Return y, ties, dx, dw and db, computed by loops over windows and places in float64."""
    x, w = x.astype("float64"), w.astype("float64")
    z = np.array(
        [[sum(convolve2d(i, g, "valid") for i, g in zip(n, k, strict=True)) for k in w] for n in x]
    )
    y, ties, dz, db = pooled_and_back(z, b, dy, window, activation)
    R, S = w.shape[2:]
    dx, dw = 0 * x, 0 * w
    P, Q = z.shape[2:]
    for r, s in np.ndindex(R, S):
        rows, columns = slice(R - 1 - r, R - 1 - r + P), slice(S - 1 - s, S - 1 - s + Q)
        dw[:, :, r, s] = np.einsum("nkpq,ncpq->kc", dz, x[:, :, rows, columns])
        dx[:, :, rows, columns] += np.einsum("nkpq,kc->ncpq", dz, w[:, :, r, s])
    return y, ties, dx, dw, db


def truth(z, b, window, activation):
    """Return y, pooled by a loop over windows, with bias and activation."""
    N, K, H, W = z.shape
    y = np.zeros((N, K, H // window[0], W // window[1]))
    for at, places in windows(z.shape, window):
        y[at] = max(z[place] for place in places) + b[at[1]]
    return ACTIVATIONS[activation][0](y)


@each_op
def test_a_case_that_can_be_checked_by_eye(op, floatX):
    """The filter is flipped: it computes the difference between a place and the one to its left."""
    x = np.array([[[[0, 1, 3, 4, 9], [0, 2, 2, 1, 1]]]], floatX)
    w = np.array([[[[1, -1]]]], floatX)
    f = compiled(op, floatX, (2, 2), "linear")
    assert f(x, w, np.array([10], floatX)).tolist() == [[[[12, 15]]]]


@each_op
@each_case
def test_it_computes_the_definition(op, maps, w_shape, window, floatX):
    for images in IMAGES:
        x, w, b = example(images, maps, w_shape, floatX)
        expected = truth(convolved(images, maps, w_shape, floatX), b, window, "tanh")
        for place in (np.ascontiguousarray, images_innermost):
            assert_close(compiled(op, floatX, window, "tanh")(place(x), w, b), expected, floatX)


@each_op
@each_case
def test_the_reference_computes_the_definition(op, maps, w_shape, window):
    x, w, b = example(3, maps, w_shape, "float64")
    expected = truth(convolved(3, maps, w_shape, "float64"), b, window, "sigmoid")
    y = op(*window, "sigmoid").reference(x, w, b)[0]
    assert_close(y, expected, "float64")


@each_op
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(op, activation, floatX):
    maps, w_shape, window = CASES["the book's second layer"]
    x, w, b = example(10, maps, w_shape, floatX)
    expected = truth(convolved(10, maps, w_shape, floatX), b, window, activation)
    assert_close(compiled(op, floatX, window, activation)(x, w, b), expected, floatX)


@each_op
@each_case
def test_the_number_of_threads_changes_no_bit(op, maps, w_shape, window, floatX):
    f = compiled(op, floatX, window, "ReLU")
    for images in (10, 33):
        values = example(images, maps, w_shape, floatX)
        results = []
        for threads in (1, 2, 3, 7):
            with threadpool_limits(threads, "openmp"):
                results.append(f(*values))
        for result in results[1:]:
            np.testing.assert_array_equal(result, results[0])


@each_op
def test_an_image_does_not_depend_on_those_beside_it(op, floatX):
    """The result for an image is the same for any number of images at once."""
    maps, w_shape, window = CASES["the book's second layer"]
    f = compiled(op, floatX, window, "ReLU")
    x, w, b = example(40, maps, w_shape, floatX)
    together = f(x, w, b)
    for first, last in ((0, 1), (7, 17), (8, 40)):
        np.testing.assert_array_equal(f(x[first:last], w, b), together[first:last])


@each_op
def test_a_nan_stays_with_its_image(op, floatX):
    maps, w_shape, window = CASES["the book's second layer"]
    x, w, b = example(20, maps, w_shape, floatX)
    for place, windows_of_it in {
        (0, 0): np.s_[:1, :1],
        (0, 11): np.s_[:1, 3:],
        (5, 6): np.s_[:3, 1:],
        (11, 0): np.s_[3:, :1],
        (11, 11): np.s_[3:, 3:],
    }.items():
        blind = x.copy()
        blind[13, 4, *place] = np.nan
        y = compiled(op, floatX, window, "ReLU")(blind, w, b)
        assert np.isnan(y[13][:, *windows_of_it]).all()
        assert not np.isnan(np.delete(y, 13, axis=0)).any()


@pytest.mark.parametrize(
    "x_shape, w_shape, biases, sentence",
    [
        ((2, 3, 5, 5), (4, 2, 2, 2), 4, "must have the same number of feature maps"),
        ((2, 3, 5, 5), (4, 3, 2, 2), 3, "there must be one bias per filter"),
        ((2, 3, 5, 5), (4, 3, 6, 2), 4, "the filters are larger than the images"),
        ((2, 3, 5, 5), (4, 3, 5, 2), 4, "the windows are larger than the feature maps"),
    ],
)
@each_op
def test_sizes_that_do_not_fit_are_refused(op, x_shape, w_shape, biases, sentence, float32):
    x, w, b = (draw(shape, "float32") for shape in (x_shape, w_shape, (biases,)))
    with pytest.raises(ValueError, match=sentence):
        compiled(op, "float32", (2, 2), "ReLU")(x, w, b)


def assert_both_ways(values, window, activation, dtype):
    """Check that the kernel gives the results of loops, with `values` in two memory layouts."""
    y, ties, dx, dw, db = truth_both_ways(*values, window, activation)
    scale = 1 + np.abs(dw).max()
    for place in (np.ascontiguousarray, images_innermost):
        x, w, b, dy = place(values[0]), *values[1:3], place(values[3])
        results = compiled_both_ways(dtype, window, activation)(x, w, b, dy)
        assert (results[1] == ties).all()
        assert results[1].dtype == dtype.replace("float", "int")
        assert_close(results[0], y, dtype)
        assert_close(results[2] / results[2].dtype.type(10), dx / 10, dtype)
        for result, expected in zip(results[3:], (dw, db), strict=True):
            assert_close(result / result.dtype.type(scale), expected / scale, dtype)


def test_ties_and_gradients_that_can_be_checked_by_eye(floatX):
    """Two places of the first window tie, and both receive its whole gradient."""
    x = np.array([[[[1, 3, 2, 2, 5]]]], floatX)
    w, b = np.array([[[[2]]]], floatX), np.array([1], floatX)
    dy = np.array([[[[10, 100]]]], floatX)
    y, ties, dx, dw, db = compiled_both_ways(floatX, (1, 2), "linear")(x, w, b, dy)
    assert y.tolist() == [[[[7, 5]]]]
    assert ties.tolist() == [[[[0b10, 0b11]]]]
    assert dx.tolist() == [[[[0, 20, 200, 200, 0]]]]
    assert dw.tolist() == [[[[10 * 3 + 100 * (2 + 2)]]]]
    assert db.tolist() == [110]


@each_case
def test_the_backward_pass_is_the_gradient(maps, w_shape, window, floatX):
    """Test ReLU, whose gradient is 0 for half of the outputs, and sigmoid."""
    for images in IMAGES if maps[0] == 1 else (1, 10):
        values = whole_example(images, maps, w_shape, window, floatX)
        for activation in ("ReLU", "sigmoid"):
            assert_both_ways(values, window, activation, floatX)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_and_back(activation, floatX):
    maps, w_shape, window = (2, 9, 10), (7, 2, 4, 3), (2, 2)
    values = whole_example(10, maps, w_shape, window, floatX)
    assert_both_ways(values, window, activation, floatX)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradients_by_finite_differences(activation, float64):
    shapes = (3, 2, 7, 9), (4, 2, 3, 2), (4,)
    x, w, b = variables(*shapes)
    values = [draw(shape, seed=seed) for seed, shape in enumerate(shapes)]
    check_gradient(some_cost(ConvPoolActivate(2, 3, activation)(x, w, b)[0]), [x, w, b], values)


@each_case
def test_a_step_of_descent_on_the_filters(maps, w_shape, window, floatX):
    """The kernel and the reference also give the sum of the squares of the old filters."""
    inputs = variables(*2 * [4 * (None,)], 4 * (None,), (), (), 4 * (None,), (None,))
    inputs.insert(2, T.tensor(dtype=floatX.replace("float", "int"), shape=4 * (None,)))
    eta, decay = np.array([2**-8, 0.75], floatX)
    x, w, b, dy = whole_example(10, maps, w_shape, window, floatX)
    y, ties, _, dw, db = truth_both_ways(x, w, b, dy, window, "ReLU")
    arguments = x, y.astype(floatX), ties.astype(inputs[2].dtype), dy, eta, decay, w, b
    for squares in (False, True):
        op = ConvPoolFilterStep(*window, "ReLU", squares=squares)
        f = pytensor.function(inputs, op(*inputs))
        for results in (f(*arguments), op.reference(*arguments)):
            assert len(results) == 2 + squares
            assert_close(results[0], decay * w - eta * dw, floatX)
            assert_close(results[1], b - eta * db, floatX)
            assert not squares or results[2] == np.sum(np.square(w))


@each_case
def test_the_reference_goes_back_too(maps, w_shape, window):
    x, w, b, dy = whole_example(3, maps, w_shape, window, "float64")
    y, ties, dx, dw, db = truth_both_ways(x, w, b, dy, window, "tanh")
    results = ConvPoolActivate(*window, "tanh").reference(x, w, b)
    assert_close(results[0], y, "float64")
    assert (results[1] == ties).all()
    arguments = (x, w, *results, dy, *window, "tanh")
    for result, expected in zip(
        reference.conv_pool_filter_gradient(*arguments), (dw, db), strict=True
    ):
        np.testing.assert_allclose(result, expected, rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(
        reference.conv_pool_input_gradient(*arguments), dx, rtol=1e-10, atol=1e-10
    )


@each_case
def test_the_number_of_threads_changes_no_bit_on_the_way_back(maps, w_shape, window, floatX):
    f = compiled_both_ways(floatX, window, "ReLU")
    for images in (10, 33):
        x, w, b = example(images, maps, w_shape, floatX)
        dy = whole_example(images, maps, w_shape, window, floatX)[3]
        results = []
        for threads in (1, 2, 3, 7):
            with threadpool_limits(threads, "openmp"):
                results.append(f(x, w, b, dy))
        for other in results[1:]:
            for result, expected in zip(other, results[0], strict=True):
                np.testing.assert_array_equal(result, expected)


def test_the_largest_window_whose_ties_fit(floatX):
    """It has 31 places in float32, where bit 31 would be the sign, and 63 in float64."""
    places = 31 if floatX == "float32" else 63
    x = np.zeros((2, 1, 1, places), floatX)
    x[0, 0, 0, -1] = 1
    one = np.ones((1, 1, 1, 1), floatX)
    dy = np.full((2, 1, 1, 1), 2, floatX)
    f = compiled_both_ways(floatX, (1, places), "linear")
    y, ties, dx, dw, db = f(x, one, np.zeros(1, floatX), dy)
    assert y.ravel().tolist() == [1, 0]
    assert ties.ravel().tolist() == [2 ** (places - 1), 2**places - 1]
    assert (dx[0] == 2 * x[0]).all()
    assert (dx[1] == 2).all()
    assert (dw.item(), db.item()) == (2, 4)
    with pytest.raises(ValueError, match="at most 31 places in float32, 63 in float64"):
        wide = np.zeros((2, 1, 1, places + 1), floatX)
        compiled_both_ways(floatX, (1, places + 1), "linear")(wide, one, np.zeros(1, floatX), dy)


@pytest.mark.parametrize("images", [1, 17])
def test_a_window_whose_maximum_is_nan_passes_no_gradient(images, floatX):
    """No place equals NaN. The other windows are not affected."""
    x = np.ones((images, 1, 2, 4), floatX)
    x[-1, 0, 1, 0] = np.nan
    one, dy = np.ones((1, 1, 1, 1), floatX), np.ones((images, 1, 1, 2), floatX)
    f = compiled_both_ways(floatX, (2, 2), "linear")
    y, ties, dx, _, _ = f(x, one, np.zeros(1, floatX), dy)
    assert np.isnan(y[-1, 0, 0, 0])
    assert ties[-1, 0, 0, 0] == 0
    assert (dx[-1, 0, :, :2] == 0).all()
    assert (dx[-1, 0, :, 2:] == 1).all()
    assert (dx[:-1] == 1).all()


def test_the_gradients_refuse_arguments_of_different_sizes(float32):
    x, w, b = (draw(shape, "float32") for shape in ((2, 3, 6, 6), (4, 3, 2, 2), (4,)))
    y, ties = ConvPoolActivate(2, 2, "ReLU").reference(x, w, b)
    inputs = variables(*4 * [4 * (None,)])
    inputs.insert(3, T.tensor(dtype="int32", shape=4 * (None,)))
    for op in (ConvPoolFilterGradient, ConvPoolInputGradient):
        f = pytensor.function(inputs, op(2, 2, "ReLU")(*inputs, return_list=True))
        f(x, w, y, ties, y)
        with pytest.raises(ValueError, match="y, ties and dy must have the same shape"):
            f(x, w, y, ties, y[:1])
        with pytest.raises(ValueError, match="the shape of y does not match x and w"):
            f(x[:1], w, y, ties, y)
        with pytest.raises(ValueError, match="the shape of y does not match x and w"):
            f(x, w[:, :, :, :1], y[:, :, :, :1], ties[:, :, :, :1], y[:, :, :, :1])


def test_dimensions_are_checked_at_once(float32):
    x, w, b = variables(*2 * [4 * (None,)], (None,))
    with pytest.raises(TypeError, match="conv_pool_activate got x with 1 dimension"):
        ConvPoolActivate(2, 2, "tanh")(b, w, b)
    with pytest.raises(TypeError, match="conv_pool_activate got b with 4 dimensions"):
        ConvPoolActivate(2, 2, "tanh")(x, w, w)
