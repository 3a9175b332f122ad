"""ConvPoolActivate against SciPy's convolution and loops over windows, by the definition and with
fewer products."""

import functools

import numpy as np
import pytensor
import pytest
from activations import ACTIVATIONS, images_innermost
from compare import assert_close, draw, variables, windows
from scipy.signal import convolve2d
from threadpoolctl import threadpool_limits

import network3
from network3.kernels.reference import conv_pool_activate as reference
from network3.ops.conv_pool_activate import ConvPoolActivate

# x without its number of images (C, H, W), w (K, C, R, S), and the size of a window. With many
# filters and maps the kernel takes fewer products, where a row of a filter has 2 to 7 weights.
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
each_case = pytest.mark.parametrize("maps, w_shape, window", CASES.values(), ids=CASES)
IMAGES = (1, 3, 10, 16, 33)


@pytest.fixture(autouse=True)
def cpp():
    network3.GPU = False


@functools.cache
def compiled(floatX, window, activation):
    x, w, b = variables(4 * (None,), 4 * (None,), (None,))
    return pytensor.function([x, w, b], ConvPoolActivate(*window, activation)(x, w, b))


def example(images, maps, w_shape, dtype):
    x, w = draw((images, *maps), dtype, seed=1), draw(w_shape, dtype, seed=2)
    return x, w / np.sqrt(w[0].size).astype(dtype), draw(w_shape[0], dtype, seed=3)


@functools.cache
def convolved(images, maps, w_shape, dtype):
    """The convolution in float64, by SciPy."""
    x, w, _ = (array.astype("float64") for array in example(images, maps, w_shape, dtype))
    return np.array(
        [
            [sum(convolve2d(i, f, "valid") for i, f in zip(image, k, strict=True)) for k in w]
            for image in x
        ]
    )


def truth(z, b, window, activation):
    """Pooled window by window, with bias and activation."""
    N, K, H, W = z.shape
    y = np.zeros((N, K, H // window[0], W // window[1]))
    for at, places in windows(z.shape, window):
        y[at] = max(z[place] for place in places) + b[at[1]]
    return ACTIVATIONS[activation][0](y)


def test_a_case_that_can_be_checked_by_eye(floatX):
    """The filter is flipped: it takes a place less the one to its left."""
    x = np.array([[[[0, 1, 3, 4, 9], [0, 2, 2, 1, 1]]]], floatX)
    w = np.array([[[[1, -1]]]], floatX)
    f = compiled(floatX, (2, 2), "linear")
    assert f(x, w, np.array([10], floatX)).tolist() == [[[[12, 15]]]]


@each_case
def test_it_computes_the_definition(maps, w_shape, window, floatX):
    for images in IMAGES:
        x, w, b = example(images, maps, w_shape, floatX)
        expected = truth(convolved(images, maps, w_shape, floatX), b, window, "tanh")
        for place in (np.ascontiguousarray, images_innermost):
            assert_close(compiled(floatX, window, "tanh")(place(x), w, b), expected, floatX)


@each_case
def test_the_reference_computes_the_definition(maps, w_shape, window):
    x, w, b = example(3, maps, w_shape, "float64")
    expected = truth(convolved(3, maps, w_shape, "float64"), b, window, "sigmoid")
    assert_close(reference.conv_pool_activate(x, w, b, *window, "sigmoid"), expected, "float64")


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation, floatX):
    maps, w_shape, window = CASES["the book's second layer"]
    x, w, b = example(10, maps, w_shape, floatX)
    expected = truth(convolved(10, maps, w_shape, floatX), b, window, activation)
    assert_close(compiled(floatX, window, activation)(x, w, b), expected, floatX)


@each_case
def test_the_number_of_threads_changes_no_bit(maps, w_shape, window, floatX):
    f = compiled(floatX, window, "ReLU")
    for images in (10, 33):
        values = example(images, maps, w_shape, floatX)
        results = []
        for threads in (1, 2, 3, 7):
            with threadpool_limits(threads, "openmp"):
                results.append(f(*values))
        for result in results[1:]:
            np.testing.assert_array_equal(result, results[0])


def test_an_image_does_not_depend_on_those_beside_it(floatX):
    """As many as there are at once: what a net gives for an image is its own."""
    maps, w_shape, window = CASES["the book's second layer"]
    f = compiled(floatX, window, "ReLU")
    x, w, b = example(40, maps, w_shape, floatX)
    together = f(x, w, b)
    for first, last in ((0, 1), (7, 17), (8, 40)):
        np.testing.assert_array_equal(f(x[first:last], w, b), together[first:last])


def test_a_nan_stays_with_its_image(floatX):
    maps, w_shape, window = CASES["the book's second layer"]
    x, w, b = example(20, maps, w_shape, floatX)
    x[13, 4, 0, 0] = np.nan
    y = compiled(floatX, window, "ReLU")(x, w, b)
    assert np.isnan(y[13, :, 0, 0]).all()
    assert not np.isnan(np.delete(y, 13, axis=0)).any()


@pytest.mark.parametrize(
    "x_shape, w_shape, biases, sentence",
    [
        ((2, 3, 5, 5), (4, 2, 2, 2), 4, "another number of input maps than the images"),
        ((2, 3, 5, 5), (4, 3, 2, 2), 3, "not as many biases as filters"),
        ((2, 3, 5, 5), (4, 3, 6, 2), 4, "the filters are larger than the images"),
        ((2, 3, 5, 5), (4, 3, 5, 2), 4, "the windows are larger than the feature maps"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(x_shape, w_shape, biases, sentence, float32):
    x, w, b = (draw(shape, "float32") for shape in (x_shape, w_shape, (biases,)))
    with pytest.raises(ValueError, match=sentence):
        compiled("float32", (2, 2), "ReLU")(x, w, b)


def test_dimensions_are_checked_at_once(float32):
    x, w, b = variables(*2 * [4 * (None,)], (None,))
    with pytest.raises(TypeError, match="conv_pool_activate got x with 1 dimension"):
        ConvPoolActivate(2, 2, "tanh")(b, w, b)
    with pytest.raises(TypeError, match="conv_pool_activate got b with 4 dimensions"):
        ConvPoolActivate(2, 2, "tanh")(x, w, w)
