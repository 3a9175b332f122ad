"""The Numba kernels, compared with the NumPy reference in both precisions and layouts."""

import functools
import shutil
from pathlib import Path

import numba
import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from activations import images_innermost
from compare import assert_close, draw
from processes import run
from pytensor.compile.mode import Mode, get_mode

from network3.engine import compilation
from network3.engine.numba_linker import Linker
from network3.kernels import numba as kernels
from network3.kernels.codes import ACTIVATIONS
from network3.kernels.numba import maps
from network3.kernels.numba.hits import hits_are_few
from network3.ops.conv2d import Conv2D, Conv2DFilterGradient, Conv2DInputGradient
from network3.ops.conv_pool_activate import (
    ConvPoolActivate,
    ConvPoolFilterGradient,
    ConvPoolFilterStep,
    ConvPoolInputGradient,
    ShortConvPoolActivate,
)
from network3.ops.dropout_mask import DropoutMask
from network3.ops.fully_connected import FullyConnected, FullyConnectedGradient, FullyConnectedStep
from network3.ops.l2_pool2d import L2Pool2D, L2Pool2DGradient
from network3.ops.log_likelihood import LogLikelihood, LogLikelihoodGradient
from network3.ops.max_pool2d import MaxPool2D, MaxPool2DGradient
from network3.ops.philox_words import PhiloxWords
from network3.ops.pool_activate import PoolActivate, PoolActivateGradient

pytestmark = pytest.mark.numba

NUMBA = Mode(Linker(), get_mode("NUMBA").provided_optimizer)
IMAGES = (1, 3, 10, 32)
each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])
each_activation = pytest.mark.parametrize("activation", ACTIVATIONS)


def perform(op, *arrays):
    """Return the outputs of the NumPy reference."""
    cells = [[None] for _ in op.make_node(*map(T.as_tensor, arrays)).outputs]
    op.perform(None, arrays, cells)
    return [np.asarray(cell[0]) for cell in cells]


@functools.cache
def compiled(op, *types):
    """Return the compiled Numba kernel for inputs of these types, (dtype, dimensions)."""
    inputs = [T.tensor(dtype=dtype, shape=ndim * (None,)) for dtype, ndim in types]
    outputs = op.make_node(*inputs).outputs
    return pytensor.function(inputs, outputs, mode=NUMBA, accept_inplace=True)


def by_numba(op, *arrays):
    f = compiled(op, *((array.dtype.name, array.ndim) for array in arrays))
    return f(*arrays)


def check(op, *arrays):
    """Compare the kernel with the reference, for C-contiguous and batch-innermost arrays."""
    truths = perform(op, *arrays)
    for order in (np.asarray, images_innermost):
        placed = [with_gaps(order, array) if array.ndim > 1 else array.copy() for array in arrays]
        results = by_numba(op, *placed)
        for result, truth in zip(results, truths, strict=True):
            if truth.dtype.kind == "f":
                assert_close(result, truth, truth.dtype.name)
            else:
                assert result.dtype == truth.dtype
                np.testing.assert_array_equal(result, truth)


def with_gaps(order, array):
    """Return the same array in this order, with gaps between rows.

    For arrays without gaps Numba would compile each kernel again for every order.
    """
    return order(np.concatenate([array, array], axis=-1))[..., : array.shape[-1]]


# Inputs and outputs of a layer: fewer outputs than a vector holds, as many, and more
SIZES = [(7, 10), (30, 20), (5, 16), (400, 37)]
# Images, filters
CONVOLUTIONS = {
    "a few of each": ((2, 7, 9), (3, 2, 3)),
    "filters that fill tiles": ((3, 12, 12), (20, 5, 5)),
    "one more than fills tiles": ((1, 9, 8), (5, 6, 6)),
    "filters as large as images": ((2, 4, 3), (4, 4, 3)),
    "filters of one place": ((3, 5, 4), (6, 1, 1)),
}


@each_dtype
@pytest.mark.parametrize("sizes", CONVOLUTIONS.values(), ids=CONVOLUTIONS)
def test_convolution_and_its_gradients(sizes, dtype):
    (C, H, W), (K, R, S) = sizes
    w = (draw((K, C, R, S), seed=1) / (C * R * S) ** 0.5).astype(dtype)
    for N in IMAGES:
        x = draw((N, C, H, W), dtype)
        dy = draw((N, K, H - R + 1, W - S + 1), dtype, seed=2)
        check(Conv2D(), x, w)
        check(Conv2DInputGradient(), dy, w)
        check(Conv2DFilterGradient(), x / N, dy)


# Images, filters: runs of few and of many vectors, rows and images that do not fill tiles
FEW_HITS = {
    "short runs": ((5, 12, 8, 9), (7, 12, 5, 3)),
    "long runs": ((3, 22, 9, 10), (4, 22, 2, 7)),
    "one image": ((1, 40, 6, 6), (3, 40, 3, 1)),
}


def mostly_zero(shape, dtype, seed=0):
    """Return numbers of which one in sixteen is nonzero; the zeros have both signs."""
    numbers, places = draw(shape, dtype, seed), np.random.default_rng(seed).random(shape)
    return np.where(places < 1 / 16, numbers, np.copysign(0, numbers)).astype(dtype)


def gradients_by_loops(x, w, dy):
    """Return dx and dw, summed over the nonzero entries of dy in float64."""
    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    (_, C, R, S) = w.shape
    for n, k, p, q in np.argwhere(dy):
        for c, r, s in np.ndindex(C, R, S):
            place = n, c, p + R - 1 - r, q + S - 1 - s
            dx[place] += float(dy[n, k, p, q]) * w[k, c, r, s]
            dw[k, c, r, s] += float(dy[n, k, p, q]) * x[place]
    return dx, dw


@numba.njit
def only_hits_are_visited(dy, w):
    _, C, R, S = w.shape
    return hits_are_few(maps.images_innermost(dy), C, R, S)


@each_dtype
@pytest.mark.parametrize("x_shape, w_shape", FEW_HITS.values(), ids=FEW_HITS)
def test_the_gradients_of_a_convolution_where_most_of_dy_is_0(x_shape, w_shape, dtype):
    (N, _, H, W), (K, C, R, S) = x_shape, w_shape
    x, w = draw(x_shape, dtype), (draw(w_shape, seed=1) / (C * R * S) ** 0.5).astype(dtype)
    dy = mostly_zero((N, K, H - R + 1, W - S + 1), dtype, seed=2)
    dx, dw = gradients_by_loops(x, w, dy)
    for order in (np.asarray, images_innermost, backwards):
        placed_x, placed_w, placed_dy = (with_gaps(order, array) for array in (x, w, dy))
        assert only_hits_are_visited(placed_dy, w)
        assert_close(*by_numba(Conv2DInputGradient(), placed_dy, placed_w), dx, dtype)
        assert_close(*by_numba(Conv2DFilterGradient(), placed_x, placed_dy), dw, dtype)


def backwards(array):
    """Return the same array with maps and rows reversed in memory."""
    return np.ascontiguousarray(array[:, ::-1, ::-1])[:, ::-1, ::-1]


def test_all_of_a_gradient_that_is_not_mostly_0_is_visited():
    w, dy = draw((8, 12, 5, 5), "float32"), draw((2, 8, 9, 9), "float32")
    assert not only_hits_are_visited(dy, w)
    assert only_hits_are_visited(mostly_zero(dy.shape, "float32"), w)
    # With few maps the runs are short, so finding the nonzero entries takes too long.
    assert not only_hits_are_visited(np.zeros_like(dy), w[:, :1, :2, :2])


def test_a_nan_in_a_mostly_zero_gradient_is_a_hit():
    x, w = draw((3, 12, 8, 9), "float32"), draw((4, 12, 5, 3), "float32", seed=1)
    dy = mostly_zero((3, 4, 4, 7), "float32", seed=2)
    dy[1, 2, 3, 4] = np.nan
    assert only_hits_are_visited(dy, w)
    (dx,), (dw,) = by_numba(Conv2DInputGradient(), dy, w), by_numba(Conv2DFilterGradient(), x, dy)
    assert np.isnan(dx[1, :, 3:8, 4:7]).all()
    assert np.isfinite(dx[[0, 2]]).all()
    assert np.isnan(dw).all(axis=(1, 2, 3)).tolist() == [False, False, True, False]
    assert np.isfinite(dw[[0, 1, 3]]).all()


@each_dtype
@pytest.mark.parametrize("window", [(2, 2), (2, 3), (3, 1), (1, 1)])
def test_pooling_and_its_gradients(window, dtype):
    ph, pw = window
    for N in IMAGES:
        x = np.round(2 * draw((N, 3, 7, 9), dtype))  # with ties
        dy = draw((N, 3, 7 // ph, 9 // pw), dtype, seed=1)
        for forward, back in ((MaxPool2D, MaxPool2DGradient), (L2Pool2D, L2Pool2DGradient)):
            check(forward(ph, pw), x)
            check(back(ph, pw), x, *perform(forward(ph, pw), x), dy)


@each_dtype
@pytest.mark.parametrize("ph, pw, activation", [(2, 2, "sigmoid"), (3, 2, "ReLU")])
def test_pooling_with_bias_and_activation(ph, pw, activation, dtype):
    for N in (*IMAGES, 19):  # also more than a vector holds, and not whole vectors
        x, b = np.round(2 * draw((N, 3, 7, 9), dtype)), draw((3,), dtype, seed=1)
        dy = (draw((N, 3, 7 // ph, 9 // pw), seed=2) / N).astype(dtype)
        y, ties = perform(PoolActivate(ph, pw, activation), x, b)
        check(PoolActivate(ph, pw, activation), x, b)
        check(PoolActivateGradient(ph, pw, activation), x, y, ties, dy)


@each_dtype
@pytest.mark.parametrize("ph, pw, activation", [(2, 2, "sigmoid"), (3, 2, "ReLU")])
def test_a_convolutional_layer_in_one(ph, pw, activation, dtype):
    properties = ph, pw, activation
    rng = np.random.default_rng(1)
    w, b = rng.integers(-1, 2, (4, 3, 2, 3)).astype(dtype), draw((4,), dtype, seed=1)
    for N in IMAGES:
        x = rng.integers(-1, 2, (N, 3, 8, 11)).astype(dtype)  # whole numbers tie exactly
        dy = (draw((N, 4, 7 // ph, 9 // pw), seed=2) / N).astype(dtype)
        check(ShortConvPoolActivate(*properties), x, w, b)
        check(ConvPoolActivate(*properties), x, w, b)
        back = x, w, *perform(ConvPoolActivate(*properties), x, w, b), dy
        check(ConvPoolFilterGradient(*properties), *back)
        check(ConvPoolInputGradient(*properties), *back)
        rates = np.array(2**-6, dtype), np.array(0.75, dtype)
        for squares in (False, True):
            step = ConvPoolFilterStep(*properties, squares=squares)
            check(step, x, *back[2:], *rates, w, b)


@each_dtype
@each_activation
def test_a_fully_connected_layer(activation, dtype):
    for B in IMAGES:
        for K, M in SIZES:
            check(FullyConnected(activation), *layer(B, K, M, dtype)[:3])


@each_dtype
def test_the_gradients_of_a_fully_connected_layer(dtype):
    for B in IMAGES:
        for K, M in SIZES:
            x, w, b, dy = layer(B, K, M, dtype)
            (y,) = perform(FullyConnected("tanh"), x, w, b)
            check(FullyConnectedGradient("tanh"), x, w, y, dy)


@each_dtype
@pytest.mark.parametrize(
    "input_gradient, squares, in_place",
    [(True, True, False), (False, True, False), (True, False, True), (False, False, True)],
)
def test_a_step_of_descent(input_gradient, squares, in_place, dtype):
    op = FullyConnectedStep("tanh", input_gradient, squares, in_place)
    eta, decay = np.array(0.5, dtype), np.array(0.75, dtype)
    for B in IMAGES:
        for K, M in SIZES:
            x, w, b, dy = layer(B, K, M, dtype)
            (y,) = perform(FullyConnected("tanh"), x, w, b)
            check(op, x, y, dy, eta, decay, w, b)
            before = w.copy()
            new_w = by_numba(op, x, y, dy, eta, decay, w, b)[0]
            assert np.shares_memory(new_w, w) == in_place
            assert (w == before).all() != in_place


@each_dtype
@pytest.mark.parametrize("decay", [1, 0.75])
def test_a_step_for_inputs_that_are_0_in_all_images(decay, dtype):
    op, rates = FullyConnectedStep("tanh", False, True), np.array([0.5, decay], dtype)
    for B in IMAGES:
        x, w, b, dy = layer(B, 400, 37, dtype)
        x[:, np.random.default_rng(3).random(400) < 0.6] = 0
        (y,) = perform(FullyConnected("tanh"), x, w, b)
        check(op, x, y, dy, np.array(rates[0]), np.array(rates[1]), w, b)


def layer(B, K, M, dtype):
    """Return x, w, b and dy such that sums are near 1."""
    x, w, b, dy = draw((B, K)), draw((K, M), seed=1) / K**0.5, draw((M,), seed=2), draw((B, M)) / B
    return [array.astype(dtype) for array in (x, w, b, dy)]


@each_dtype
def test_the_log_likelihood_and_its_gradient(dtype):
    for N in IMAGES:
        z, labels = draw((N, 10), dtype), (np.arange(N) % 10).astype("int32")
        check(LogLikelihood(), z, labels)
        check(LogLikelihoodGradient(), *(perform(LogLikelihood(), z, labels)[1], labels), z[0, 0])


@each_dtype
def test_dropout_masks_are_the_references_bit_by_bit(dtype):
    for shape in ((1, 1), (10, 37), (3, 2, 5, 7)):
        like, state = np.zeros(shape, dtype), np.array([1, 2, 2**32 - 1, 7], "uint32")
        for threshold in (0, 2**31, 2**32 - 1):
            op = DropoutMask(threshold)
            results, truths = by_numba(op, like, state), perform(op, like, state)
            for result, truth in zip(results, truths, strict=True):
                assert result.dtype == truth.dtype
                np.testing.assert_array_equal(result, truth)


def test_random_words_are_the_references_bit_by_bit():
    for shape in ((), (1, 1), (10, 37), (3, 2, 5, 7)):
        like, state = np.zeros(shape, "uint8"), np.array([1, 2, 2**32 - 1, 7], "uint32")
        (result,), (truth,) = (f(PhiloxWords(), like, state) for f in (by_numba, perform))
        assert result.dtype == truth.dtype == "uint32"
        np.testing.assert_array_equal(result, truth)


def large(dtype):
    """Yield operators with enough work for two threads."""
    x, w = draw((10, 6, 16, 16), dtype), draw((12, 6, 5, 5), dtype, seed=1)
    y = draw((10, 12, 12, 12), dtype, seed=2)
    b = draw((6,), dtype, seed=3)
    pooled, ties = perform(PoolActivate(2, 2, "tanh"), x, b)
    fx, fw, fb, dy = layer(10, 400, 100, dtype)
    rates = np.array(0.5, dtype), np.array(0.75, dtype)
    z, z_ties = perform(ConvPoolActivate(2, 2, "tanh"), x, w, w[:, 0, 0, 0])
    back = x, w, z, z_ties, z
    return [
        (ConvPoolActivate(2, 2, "tanh"), [x, w, w[:, 0, 0, 0]]),
        (ConvPoolFilterGradient(2, 2, "tanh"), back),
        (ConvPoolInputGradient(2, 2, "tanh"), back),
        (Conv2D(), [x, w]),
        (Conv2DInputGradient(), [y, w]),
        (Conv2DFilterGradient(), [x, y]),
        (Conv2DInputGradient(), [mostly_zero(y.shape, dtype), w]),
        (Conv2DFilterGradient(), [x, mostly_zero(y.shape, dtype)]),
        (PoolActivate(2, 2, "tanh"), [x, b]),
        (PoolActivateGradient(2, 2, "tanh"), [x, pooled, ties, pooled]),
        (FullyConnected("tanh"), [fx, fw, fb]),
        (FullyConnectedStep("tanh", True, True), [fx, dy, dy, *rates, fw, fb]),
    ]


@each_dtype
def test_results_do_not_depend_on_the_number_of_threads(dtype):
    most = numba.get_num_threads()
    if most == 1:
        pytest.skip("Numba has one thread")
    for op, arrays in large(dtype):
        results = []
        for threads in (1, most):
            numba.set_num_threads(threads)
            results.append(by_numba(op, *arrays))
            assert numba.get_num_threads() == threads
        numba.set_num_threads(most)
        for one, many in zip(*results, strict=True):
            np.testing.assert_array_equal(one, many)


def test_a_nan_stays_in_its_image_and_small_numbers_are_kept():
    x, w = np.ones((3, 1, 6, 6), "float32"), np.ones((2, 1, 2, 2), "float32")
    x[1] = np.nan
    x[2] = 1e-41  # a denormal
    (y,) = by_numba(Conv2D(), x, w)
    assert (y[0] == 4).all()
    assert np.isnan(y[1]).all()
    assert (y[2] == 4 * x[2, 0, 0, 0]).all()
    w, b = np.eye(6, dtype="float32"), np.zeros(6, "float32")
    for activation in ACTIVATIONS:
        (y,) = by_numba(FullyConnected(activation), x[:, 0, 0], w, b)
        assert np.isnan(y).all(axis=1).tolist() == [False, True, False]


def test_wrong_sizes_are_an_error_in_one_sentence():
    x, w = draw((1, 2, 5, 5), "float32"), draw((1, 3, 2, 2), "float32")
    with pytest.raises(ValueError, match="must have the same number of feature maps"):
        by_numba(Conv2D(), x, w)
    with pytest.raises(ValueError, match="windows are larger than the feature maps"):
        by_numba(MaxPool2D(6, 1), x)
    y, ties = draw((1, 1, 2, 2), "float32"), np.ones((1, 1, 2, 2), "int32")
    with pytest.raises(ValueError, match="must have the same number of feature maps"):
        by_numba(ConvPoolFilterGradient(2, 2, "sigmoid"), x, w, y, ties, y)
    with pytest.raises(ValueError, match="y must have the shape of x after pooling"):
        by_numba(ConvPoolFilterGradient(1, 2, "sigmoid"), x, w[:, :2], y, ties, y)
    with pytest.raises(ValueError, match="a label is not a class of the network"):
        by_numba(LogLikelihood(), x[0, 0], np.array([0, 1, 2, 3, 5], "int32"))


def test_a_function_of_shared_values_is_compiled_when_it_is_made():
    """A listener is told about the progress; the first call does not compile anything."""
    z, labels = draw((10, 4), "float32"), np.arange(10, dtype="int32") % 4
    outputs = LogLikelihood()(*map(pytensor.shared, (z, labels)))
    told = []
    with (
        pytensor.config.change_flags(numba__cache=False),
        compilation.told_to(lambda *found: told.append(found)),
    ):
        f = pytensor.function([], outputs, mode=NUMBA)
        assert (told[0], told[-1]) == (("Numba", 0, 2), ("Numba", 2, 2))
        told.clear()
        results = f()
    assert told == []
    for result, truth in zip(results, perform(LogLikelihood(), z, labels), strict=True):
        assert_close(result, truth, "float32")


@pytest.mark.parametrize("own", [False, True], ids=["the package's", "a user's"])
def test_the_version_changes_with_any_kernels_text(own, tmp_path, monkeypatch):
    """Otherwise PyTensor would use an old kernel from its cache."""
    for file in Path(kernels.__file__).parent.glob("*.py"):
        shutil.copy(file, tmp_path)
    if own:
        monkeypatch.setattr(Conv2D, "folder", lambda self, name: tmp_path)
    else:
        monkeypatch.setattr(kernels, "__file__", str(tmp_path / "__init__.py"))
    before = kernels.version(Conv2D())
    with open(tmp_path / "maps.py", "a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert kernels.version(Conv2D()) != before


TRAIN = """
    from small_nets import conv_net, shared, values
    net = conv_net(p_dropout=0.25)
    net.SGD(shared(40), 2, 10, 0.1, shared(20), None, lmbda=0.1)
    print(*[float((v**2).sum()) for v in values(net)])
"""


@pytest.mark.parametrize("floatX, tolerance", [("float32", 1e-5), ("float64", 1e-12)])
def test_a_training_ends_where_it_ends_in_cpp(floatX, tolerance):
    ends = []
    for flag in ("cxx=", None):
        out, _ = run(TRAIN, f"floatX={floatX}", *filter(None, [flag]), NETWORK3_GPU="0")
        ends.append([float(number) for number in out.splitlines()[-1].split()])
    assert ends[0] == pytest.approx(ends[1], rel=tolerance)
