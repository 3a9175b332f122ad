"""conv2d and its two gradients, compared with sums of the definition's products."""

import functools

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import images_innermost
from compare import assert_close, check_gradient, draw, some_cost, variables
from scipy.signal import convolve2d, correlate2d
from threadpoolctl import threadpool_limits

import network3
from network3.kernels.reference import conv2d as reference
from network3.ops import conv2d, conv2d_filter_gradient, conv2d_input_gradient

# x (N, C, H, W) and w (K, C, R, S)
CASES = {
    "rectangular images and filters": ((2, 3, 7, 5), (4, 3, 3, 2)),
    "one image, one map, one filter": ((1, 1, 5, 6), (1, 1, 2, 3)),
    "filters as large as the image": ((3, 2, 4, 3), (5, 2, 4, 3)),
    "filters of one weight": ((2, 2, 3, 4), (3, 2, 1, 1)),
    "one row": ((3, 1, 1, 9), (2, 1, 1, 4)),
    "more filters and images than fit in a register": ((11, 2, 6, 5), (9, 2, 3, 2)),
}
each_case = pytest.mark.parametrize("x_shape, w_shape", CASES.values(), ids=CASES)


def y_shape(x_shape, w_shape):
    (N, _, H, W), (K, _, R, S) = x_shape, w_shape
    return N, K, H - R + 1, W - S + 1


def products(x_shape, w_shape):
    """Yield the places in y, w and x of each product of the definition.

    y[n,k,p,q] = sum over c, r, s of w[k,c,r,s] * x[n,c, p+R-1-r, q+S-1-s]
    """
    K, C, R, S = w_shape
    N, _, P, Q = y_shape(x_shape, w_shape)
    for n, k, p, q, c, r, s in np.ndindex(N, K, P, Q, C, R, S):
        yield (n, k, p, q), (k, c, r, s), (n, c, p + R - 1 - r, q + S - 1 - s)


@functools.cache
def truth(x_shape, w_shape, dtype):
    """Return values of x, w and dy, and their y, dx and dw, computed by loops in float64."""
    values = [
        draw(shape, dtype, seed)
        for seed, shape in enumerate([x_shape, w_shape, y_shape(x_shape, w_shape)])
    ]
    x, w, dy = (value.astype("float64") for value in values)
    y, dx, dw = np.zeros_like(dy), np.zeros_like(x), np.zeros_like(w)
    for at_y, at_w, at_x in products(x_shape, w_shape):
        y[at_y] += w[at_w] * x[at_x]
        dx[at_x] += w[at_w] * dy[at_y]
        dw[at_w] += x[at_x] * dy[at_y]
    return values, [y, dx, dw]


@functools.cache
def compiled(backend, floatX):
    """Return a function of x, w and dy of any sizes that gives y and, by `T.grad`, dx and dw."""
    x, w, dy = variables(*3 * [4 * (None,)])
    y = conv2d(x, w)
    return pytensor.function([x, w, dy], [y, *T.grad(None, [x, w], known_grads={y: dy})])


def test_the_filter_is_flipped(backend, floatX):
    """So the weight at (0, 0) is multiplied by the pixel in the opposite corner of each window."""
    x = np.arange(1, 10).reshape(1, 1, 3, 3).astype(floatX)
    w = np.array([[[[1, 0], [0, 0]]]], floatX)
    y, *_ = compiled(backend, floatX)(x, w, np.zeros((1, 1, 2, 2), floatX))
    assert y[0, 0].tolist() == [[5, 6], [8, 9]]


def test_the_maps_of_an_image_are_added_up_for_each_filter(backend, floatX):
    x = np.array([[[[1]], [[2]], [[3]]], [[[4]], [[5]], [[6]]]], floatX)
    w = np.array([[[[1]], [[10]], [[100]]], [[[0]], [[0]], [[1]]]], floatX)
    y, *_ = compiled(backend, floatX)(x, w, np.zeros((2, 2, 1, 1), floatX))
    assert y[:, :, 0, 0].tolist() == [[321, 3], [654, 6]]


def test_gradients_that_can_be_checked_by_eye(backend, floatX):
    """The cost is y[0, 0] alone = 4*1 + 3*2 + 2*4 + 1*5."""
    x = np.arange(1, 10).reshape(1, 1, 3, 3).astype(floatX)
    w = np.array([[[[1, 2], [3, 4]]]], floatX)
    dy = np.array([[[[1, 0], [0, 0]]]], floatX)
    y, dx, dw = compiled(backend, floatX)(x, w, dy)
    assert y[0, 0, 0, 0] == 23
    assert dx[0, 0].tolist() == [[4, 3, 0], [2, 1, 0], [0, 0, 0]]
    assert dw[0, 0].tolist() == [[5, 4], [2, 1]]


@each_case
def test_the_loops_of_this_file_are_scipys_convolution(x_shape, w_shape):
    (x, w, _), (y, _, _) = truth(x_shape, w_shape, "float64")
    for n, k in np.ndindex(y.shape[:2]):
        maps = [convolve2d(x[n, c], w[k, c], "valid") for c in range(x.shape[1])]
        assert_close(y[n, k], sum(maps), "float64")


@each_case
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_reference_computes_the_definition(x_shape, w_shape, dtype):
    (x, w, dy), (y, dx, dw) = truth(x_shape, w_shape, dtype)
    assert_close(reference.conv2d(x, w), y, dtype)
    assert_close(reference.conv2d_input_gradient(dy, w), dx, dtype)
    assert_close(reference.conv2d_filter_gradient(x, dy), dw, dtype)


@each_case
def test_the_kernels_compute_the_definition(x_shape, w_shape, backend, floatX):
    values, expected = truth(x_shape, w_shape, floatX)
    for result, array in zip(compiled(backend, floatX)(*values), expected, strict=True):
        assert_close(result, array, floatX)


def test_the_kernels_compute_the_books_first_layer(backend, floatX):
    """Twenty filters of 5 x 5 on ten images of 28 x 28, pixels in [0, 1), against SciPy."""
    rng = np.random.default_rng(3)
    x = rng.random((10, 1, 28, 28)).astype(floatX)
    w, dy = draw((20, 1, 5, 5), floatX, 4), draw((10, 20, 24, 24), floatX, 5) / 100
    y, dx, dw = compiled(backend, floatX)(x, w, dy)
    image, filters, errors = (array.astype("float64") for array in (x[:, 0], w[:, 0], dy))
    assert_close(y, np.array([[convolve2d(i, f, "valid") for f in filters] for i in image]), floatX)
    back = [[correlate2d(e, f) for e, f in zip(es, filters, strict=True)] for es in errors]
    assert_close(dx, np.sum(back, axis=1, keepdims=True), floatX)
    seen = [[correlate2d(i, e, "valid") for e in es] for i, es in zip(image, errors, strict=True)]
    assert_close(dw, np.sum(seen, axis=0)[:, None, ::-1, ::-1], floatX)


def sparse(shape, share, dtype):
    """Return a gradient of which only this share of entries is nonzero."""
    rng = np.random.default_rng(6)
    return draw(shape, dtype, 5) * (rng.random(shape) < share).astype(dtype)


# The C++ kernel visits only the nonzero entries of dy if there are few.
@pytest.mark.parametrize("share", [0, 0.01, 0.12, 0.25, 1])
@pytest.mark.parametrize("place", [np.ascontiguousarray, images_innermost])
@pytest.mark.parametrize(
    "x_shape, w_shape",
    [
        ((10, 20, 12, 12), (40, 20, 5, 5)),  # the book's second layer
        ((3, 9, 7, 11), (6, 9, 4, 3)),
        ((17, 25, 8, 6), (5, 25, 3, 6)),
        ((1, 33, 6, 9), (3, 33, 6, 2)),
    ],
)
def test_gradients_from_a_dy_that_is_mostly_0(x_shape, w_shape, place, share, backend, floatX):
    x, w = draw(x_shape, floatX, 3), draw(w_shape, floatX, 4)
    dy = sparse(y_shape(x_shape, w_shape), share, floatX) / 10
    _, dx, dw = compiled(backend, floatX)(place(x), w, place(dy))
    x, w, dy = (array.astype("float64") for array in (x, w, dy))
    assert_close(dx, reference.conv2d_input_gradient(dy, w), floatX)
    assert_close(dw, reference.conv2d_filter_gradient(x, dy), floatX)


def test_the_number_of_threads_changes_no_bit_of_gradients_that_are_mostly_0(float32):
    network3.GPU = False
    x, w = draw((10, 20, 12, 12), "float32", 3), draw((40, 20, 5, 5), "float32", 4)
    dy = sparse((10, 40, 8, 8), 0.12, "float32")
    results = []
    for threads in (1, 2, 3, 7):
        with threadpool_limits(threads, "openmp"):
            results.append(compiled("cpp", "float32")(x, w, dy)[1:])
    for dx, dw in results[1:]:
        np.testing.assert_array_equal(dx, results[0][0])
        np.testing.assert_array_equal(dw, results[0][1])


def test_what_is_0_in_dy_is_not_multiplied_in_c(float32):
    """If dy is mostly 0, its zeros are skipped; infinity times 0 would be NaN."""
    network3.GPU = False
    x, w = draw((10, 20, 12, 12), "float32", 3), draw((40, 20, 5, 5), "float32", 4)
    dy = sparse((10, 40, 8, 8), 0.12, "float32")
    dy[:, 7] = 0
    w[7] = np.inf
    dy[:, :, 0] = 0
    x[:, :, 0] = np.inf  # only the first row of dy reads it
    _, dx, dw = compiled("cpp", "float32")(x, w, dy)
    assert np.isfinite(dx).all()
    assert np.isfinite(dw).all()


def test_a_nan_in_a_dy_that_is_mostly_0_is_seen(backend, floatX):
    x, w = draw((3, 20, 7, 7), floatX, 3), draw((10, 20, 5, 5), floatX, 4)
    dy = np.zeros((3, 10, 3, 3), floatX)
    dy[1, 2, 0, 1] = np.nan
    _, dx, dw = compiled(backend, floatX)(x, w, dy)
    assert np.isnan(dx[1, :, :5, 1:6]).all()
    assert np.isnan(dw[2]).all()


@pytest.mark.parametrize(
    "kernel, shapes",
    [
        ("conv2d", [(2, 1, 5, 5), (3, 1, 2, 2)]),
        ("conv2d_input_gradient", [(2, 3, 4, 4), (3, 1, 2, 2)]),
        ("conv2d_filter_gradient", [(2, 1, 5, 5), (2, 3, 4, 4)]),
    ],
)
def test_jax_is_asked_for_all_bits_of_float32(kernel, shapes):
    """By default an accelerator multiplies with fewer bits; on a CPU there is no difference."""
    jax = pytest.importorskip("jax")
    from network3.kernels.jax import conv2d as kernels

    program = jax.make_jaxpr(getattr(kernels, kernel))(*(draw(s, "float32") for s in shapes))
    (convolution,) = [e for e in program.eqns if e.primitive.name == "conv_general_dilated"]
    assert convolution.params["precision"] == 2 * (jax.lax.Precision.HIGHEST,)


@pytest.mark.parametrize("images", [0, 1])
def test_a_batch_may_be_empty(images, backend, floatX):
    x, w = draw((images, 2, 4, 3), floatX), draw((3, 2, 2, 2), floatX)
    y, dx, dw = compiled(backend, floatX)(x, w, np.zeros((images, 3, 3, 2), floatX))
    assert (y.shape, dx.shape, dw.shape) == ((images, 3, 3, 2), x.shape, w.shape)
    assert not np.any(dw)


OPERATORS = {
    "conv2d": (conv2d, (2, 3, 5, 4), (4, 3, 3, 2)),
    "conv2d_input_gradient": (conv2d_input_gradient, (2, 4, 3, 3), (4, 3, 3, 2)),
    "conv2d_filter_gradient": (conv2d_filter_gradient, (2, 3, 5, 4), (2, 4, 3, 3)),
}


@pytest.mark.parametrize("operator, first, second", OPERATORS.values(), ids=OPERATORS)
def test_gradients_by_finite_differences(operator, first, second, backend, float64):
    shapes = first, second
    inputs = variables(*shapes)
    values = [draw(shape, seed=seed) for seed, shape in enumerate(shapes)]
    check_gradient(some_cost(operator(*inputs)), inputs, values)


@pytest.mark.slow
def test_second_derivatives_by_finite_differences(backend, float64):
    """The cost is the squared norm of a gradient, so its gradient has second derivatives."""
    shapes = (2, 2, 4, 5), (3, 2, 2, 3)
    x, w = variables(*shapes)
    dx, dw = T.grad(some_cost(conv2d(x, w)), [x, w])
    cost = (dx**2).sum() + (dw**2).sum()
    check_gradient(cost, [x, w], [0.5 * draw(shape, seed=7) for shape in shapes])


def test_a_gradient_that_nobody_reads_is_not_computed(backend, float32):
    x, w = variables((2, 1, 5, 5), (3, 1, 2, 2))
    f = pytensor.function([x, w], T.grad(some_cost(conv2d(x, w)), w))
    names = {type(node.op).__name__ for node in f.maker.fgraph.apply_nodes}
    assert "Conv2DFilterGradient" in names
    assert "Conv2DInputGradient" not in names


SHAPE_ERRORS = {
    "maps": (
        (conv2d, (1, 3, 6, 6), (4, 2, 2, 2)),
        "conv2d got images with 3 feature maps but filters for 2: "
        r"x.shape\[1\] must equal w.shape\[1\]",
    ),
    "filter too high": (
        (conv2d, (1, 1, 4, 6), (1, 1, 5, 2)),
        "conv2d got filters of 5 x 2 for images of 4 x 6: a filter must fit into an image",
    ),
    "filter too wide": (
        (conv2d, (None, None, None, 3), (None, None, None, 4)),
        "a filter must fit into an image",
    ),
    "dy of other filters": (
        (conv2d_input_gradient, (1, 3, 6, 6), (4, 3, 2, 2)),
        "conv2d_input_gradient got dy with 3 feature maps but 4 filters: "
        r"dy.shape\[1\] must equal w.shape\[0\]",
    ),
    "dy of other images": (
        (conv2d_filter_gradient, (2, 1, 6, 6), (3, 1, 5, 5)),
        r"conv2d_filter_gradient got 2 images but dy for 3: x.shape\[0\] must equal dy.shape\[0\]",
    ),
    "dy larger than the images": (
        (conv2d_filter_gradient, (2, 1, 6, 6), (2, 1, 5, 7)),
        "conv2d_filter_gradient got dy of 5 x 7 for images of 6 x 6: the output of a convolution "
        "is not larger than its images",
    ),
}


@pytest.mark.parametrize("call, sentence", SHAPE_ERRORS.values(), ids=SHAPE_ERRORS)
def test_known_sizes_that_do_not_fit_are_refused_at_once(call, sentence):
    operator, *shapes = call
    with pytest.raises(ValueError, match=sentence):
        operator(*variables(*shapes))


@pytest.mark.parametrize("call, sentence", SHAPE_ERRORS.values(), ids=SHAPE_ERRORS)
def test_sizes_that_do_not_fit_are_refused_when_they_become_known(call, sentence, backend, float32):
    operator, *shapes = call
    inputs = variables(*2 * [4 * (None,)])
    f = pytensor.function(inputs, operator(*inputs))
    with pytest.raises(ValueError, match=f"^{operator.__name__}|negative size"):
        f(*(np.ones([size or 1 for size in shape], float32) for shape in shapes))


@pytest.mark.parametrize("operator", [conv2d, conv2d_input_gradient, conv2d_filter_gradient])
def test_dimensions_and_dtypes_are_checked_at_once(operator):
    name, good = operator.__name__, T.tensor4(dtype="float32")
    with pytest.raises(TypeError, match=rf"{name} got \w+ with 3 dimensions, but it needs 4"):
        operator(T.tensor3(dtype="float32"), good)
    with pytest.raises(TypeError, match=rf"{name} got \w+ with 2 dimensions, but it needs 4"):
        operator(good, T.matrix(dtype="float32"))
    with pytest.raises(TypeError, match=r"of dtype int32, .*: convert with \w+.astype"):
        operator(good, T.tensor4(dtype="int32"))
    with pytest.raises(TypeError, match=r"\w+ in float64 and \w+ in float32: convert one"):
        operator(T.tensor4(dtype="float64"), good)
