"""Pooling and its gradients, compared with a loop over the windows."""

import warnings

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.compile.mode import Mode
from pytensor.gradient import verify_grad

from network3.ops.max_pool2d import MaxPool2D
from network3.theano.compile.debugmode import DebugMode
from network3.theano.compile.nanguardmode import NanGuardMode
from network3.theano.tensor.signal import downsample, pool

AS_BUILT = Mode(linker="py", optimizer=None)


def windows(shape, ws, stride, pad, ignore_border):
    """Yield each window's position, its pixels in the image, and its size in the padded image."""
    stretches = []
    for n, size, step, width in zip(shape, ws, stride, pad, strict=True):
        end, along, start = n + 2 * width, [], 0
        while start + size <= end if ignore_border else start < end:
            stop = min(start + size, end)
            inside = [i - width for i in range(start, stop) if 0 <= i - width < n]
            along.append((inside, stop - start))
            # If the border is not ignored, the window that reaches it is the last.
            if not ignore_border and start + size >= end and step < size:
                break
            start += step
        stretches.append(along)
    for p, (rows, high) in enumerate(stretches[0]):
        for q, (columns, wide) in enumerate(stretches[1]):
            yield (p, q), [(i, j) for i in rows for j in columns], high * wide


def definition(x, mode, **kinds):
    """Return the pooled image, and the gradient of the sum of cos(number) * entry."""
    found = list(windows(x.shape, **kinds))
    y = np.zeros([n + 1 for n in found[-1][0]])
    dx = np.zeros_like(x)
    for number, (at, places, count) in enumerate(found):
        values = np.array([x[place] for place in places])
        dy = np.cos(number)
        if mode == "max":
            y[at] = values.max()
            for place in places:
                dx[place] += dy * (x[place] == y[at])
            continue
        by = {"sum": 1, "average_inc_pad": count, "average_exc_pad": len(places)}[mode]
        y[at] = values.sum() / by
        for place in places:
            dx[place] += dy / by
    return y, dx


KINDS = {
    "tiles": ((2, 2), (2, 2), (0, 0), True),
    "tiles and a rest": ((2, 2), (2, 2), (0, 0), False),
    "overlapping": ((3, 2), (1, 1), (0, 0), True),
    "overlapping and a rest": ((3, 3), (2, 2), (0, 0), False),
    "apart": ((1, 2), (2, 3), (0, 0), False),
    "padded": ((3, 3), (2, 2), (1, 2), True),
    "padded tiles": ((2, 3), (2, 3), (1, 1), True),
}


@pytest.mark.parametrize("mode", ["max", "sum", "average_inc_pad", "average_exc_pad"])
@pytest.mark.parametrize("ws, stride, pad, ignore_border", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("known", [True, False], ids=["known sizes", "unknown sizes"])
def test_every_mode_equals_its_definition_with_ties(
    ws, stride, pad, ignore_border, mode, known, float64
):
    kinds = {"ws": ws, "stride": stride, "pad": pad, "ignore_border": ignore_border}
    x = np.random.default_rng(0).integers(0, 3, (5, 6)).astype("float64")
    y, dx = definition(x, mode, **kinds)
    images = T.tensor(dtype="float64", shape=(1, 1, 5, 6) if known else 4 * (None,))
    pooled = pool.pool_2d(images, mode=mode, **kinds)
    weights = np.cos(np.arange(y.size)).reshape(1, 1, *y.shape)
    gradient = T.grad((pooled * weights).sum(), images)
    f = pytensor.function([images], [pooled, gradient], mode=AS_BUILT)
    results = f(x[None, None])
    np.testing.assert_allclose(results[0][0, 0], y, atol=1e-12)
    np.testing.assert_allclose(results[1][0, 0], dx, atol=1e-12)
    assert pool.Pool.out_shape((5, 6), ws, ignore_border, stride, pad) == list(y.shape)
    if known:
        assert pooled.type.shape == (1, 1, *y.shape)


@pytest.mark.parametrize(
    "kind, refusing",
    [
        ("padded", DebugMode(check_c_code=False, stability_patience=1)),
        ("padded", NanGuardMode(True, True, True)),
        ("overlapping and a rest", NanGuardMode(False, True, True)),
    ],
    ids=["DebugMode", "NanGuardMode", "NanGuardMode, NaN"],
)
def test_the_padding_of_a_maximum_is_finite_in_modes_that_refuse_infinity(kind, refusing, float64):
    """All pixels are negative, so that zeros as padding would be seen in the result."""
    kinds = dict(zip(["ws", "stride", "pad", "ignore_border"], KINDS[kind], strict=True))
    x = np.random.default_rng(0).integers(-3, 0, (5, 6)).astype("float64")
    y, dx = definition(x, "max", **kinds)
    images = T.dtensor4()
    pooled = pool.pool_2d(images, **kinds)
    gradient = T.grad((pooled * np.cos(np.arange(y.size)).reshape(1, 1, *y.shape)).sum(), images)
    refusing.linker.c_thunks = False  # C++ takes seconds to compile
    f = pytensor.function([images], [pooled, gradient], mode=refusing)
    results = f(x[None, None])
    np.testing.assert_array_equal(results[0][0, 0], y)
    np.testing.assert_allclose(results[1][0, 0], dx, atol=1e-12)
    if kind == "overlapping and a rest":
        x[0, 0] = np.nan  # only windows that contain it have no maximum
        y, _ = definition(x, "max", **kinds)
        np.testing.assert_array_equal(f(x[None, None])[0][0, 0], y)


def test_the_padding_of_a_maximum_is_minus_infinity_in_other_modes():
    """Then an image may be infinite, and no mode looks for its least pixel."""
    images = T.dtensor4()
    pooled = pool.pool_2d(images, (2, 2), ignore_border=False)
    f = pytensor.function([images], pooled, mode="FAST_COMPILE")
    assert not any(isinstance(node.op, pool.Lowest) for node in f.maker.fgraph.apply_nodes)
    assert f(np.full((1, 1, 1, 1), -np.inf)) == -np.inf


@pytest.mark.parametrize("stride", [(10, 10), (1, 1)], ids=["apart", "overlapping"])
@pytest.mark.parametrize("mode", ["max", "sum", "average_inc_pad", "average_exc_pad"])
@pytest.mark.parametrize("known", [True, False], ids=["known sizes", "unknown sizes"])
def test_nothing_is_left_where_no_window_fits(stride, mode, known, float64):
    images = T.tensor(dtype="float64", shape=(1, 1, 8, 5) if known else 4 * (None,))
    pooled = pool.pool_2d(images, (7, 7), True, stride, mode=mode)
    gradient = T.grad(pooled.sum(), images)
    y, dx = pytensor.function([images], [pooled, gradient], mode=AS_BUILT)(np.ones((1, 1, 8, 5)))
    assert y.shape == (1, 1, 2 if stride == (1, 1) else 1, 0)
    np.testing.assert_array_equal(dx, np.zeros((1, 1, 8, 5)))


def test_all_of_a_tied_window_gets_the_whole_gradient(float64):
    x = T.matrix(dtype="float64")
    y = pool.pool_2d(x, (2, 2), stride=(1, 1), ignore_border=True)
    f = pytensor.function([x], T.grad(y.sum(), x), mode=AS_BUILT)
    assert f(np.ones((3, 3))).tolist() == [[1, 2, 1], [2, 4, 2], [1, 2, 1]]


def test_the_books_pooling_is_one_node():
    x = T.tensor4(dtype="float32")
    y = pool.pool_2d(x, ws=(2, 2), ignore_border=True)
    assert y.owner.op == MaxPool2D(2, 2)
    assert y.owner.inputs == [x]


@pytest.mark.parametrize("ndim", [2, 3, 4, 5])
def test_the_last_two_dimensions_are_pooled(ndim, float64):
    x = np.random.default_rng(1).standard_normal((2, 1, 2, 4, 6)[-ndim:])
    y = pool.pool_2d(x, (2, 3), ignore_border=True).eval(mode=AS_BUILT)
    tiles = x.reshape(*x.shape[:-2], 2, 2, 2, 3)
    np.testing.assert_array_equal(y, tiles.max(axis=(-3, -1)))


def test_windows_may_be_symbolic(float64):
    x, ws, pad = T.matrix(), T.lvector(), T.lvector()
    y = pool.pool_2d(x, ws, True, stride=(1, 2), pad=pad, mode="sum")
    f = pytensor.function([x, ws, pad], y, mode=AS_BUILT)
    image = np.arange(20.0).reshape(4, 5)
    expected, _ = definition(image, "sum", ws=(3, 2), stride=(1, 2), pad=(1, 0), ignore_border=True)
    np.testing.assert_array_equal(f(image, np.array([3, 2]), np.array([1, 0])), expected)


def test_second_derivatives_are_those_of_finite_differences(float64):
    x = np.random.default_rng(2).standard_normal((5, 5))

    def squared_gradient(x):
        y = pool.pool_2d(x, (3, 2), stride=(2, 1), pad=(1, 1), ignore_border=True)
        return (T.grad((y**3).sum(), x) ** 2).sum()

    verify_grad(squared_gradient, [x], rng=np.random.default_rng(0), mode=AS_BUILT)


def test_jax_pools_alike(float32):
    pytest.importorskip("jax")
    x = T.tensor(dtype="float32", shape=(1, 2, 5, 5))
    y = pool.pool_2d(x, (3, 3), stride=(2, 2), pad=(1, 1), ignore_border=True)
    outputs = [y, T.grad((y**2).sum(), x)]
    image = np.random.default_rng(3).standard_normal((1, 2, 5, 5)).astype("float32")
    by_jax = pytensor.function([x], outputs, mode="JAX")(image)
    by_python = pytensor.function([x], outputs, mode=AS_BUILT)(image)
    for a, b in zip(by_jax, by_python, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_integers_stay_integers():
    y = pool.pool_2d(np.array([[1, 2], [4, 8]]), (2, 2), True, mode="average_inc_pad")
    assert y.eval(mode=AS_BUILT).tolist() == [[3]]


def test_the_default_border_is_theanos_with_its_warning():
    with pytest.warns(UserWarning, match="pool_2d without ignore_border keeps windows"):
        y = pool.pool_2d(np.ones((1, 1, 5, 5)), (2, 2))
    assert y.type.shape == (1, 1, 3, 3)


def test_the_older_names_get_a_warning():
    with pytest.warns(UserWarning, match="ds is Theano's older name of ws"):
        pool.pool_2d(np.ones((4, 4)), ds=(2, 2), ignore_border=True)
    with pytest.raises(ValueError, match="got ws and ds, which mean the same"):
        pool.pool_2d(np.ones((4, 4)), ws=(2, 2), ds=(2, 2), ignore_border=True)


def test_downsample_is_pooling_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = downsample.max_pool_2d(np.arange(16.0).reshape(4, 4), (2, 2), ignore_border=True)
    assert y.eval(mode=AS_BUILT).tolist() == [[5, 7], [13, 15]]


ERRORS = {
    "no window": ({}, ValueError, "pool_2d needs ws"),
    "a number": ({"ws": 2}, TypeError, "ws is 2: it must be 2 integers of at least 1"),
    "three": ({"ws": (2, 2, 2)}, ValueError, "it must be 2 integers"),
    "floats": ({"ws": (2.0, 2.0)}, TypeError, "it must be 2 integers"),
    "nothing": ({"ws": (0, 1)}, ValueError, "it must be 2 integers of at least 1"),
    "mode": ({"ws": (2, 2), "mode": "avg"}, ValueError, "the pooling mode is 'avg'"),
    "wide pad": ({"ws": (2, 2), "pad": (2, 0)}, NotImplementedError, "must be smaller"),
}


@pytest.mark.parametrize("arguments, error, sentence", ERRORS.values(), ids=ERRORS)
def test_an_impossible_argument_raises_an_error_that_explains(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        pool.pool_2d(np.ones((4, 4)), ignore_border=True, **arguments)


def test_padding_needs_that_the_border_is_ignored():
    with pytest.raises(NotImplementedError, match="padding needs ignore_border=True"):
        pool.pool_2d(np.ones((4, 4)), (2, 2), False, pad=(1, 1))
    pad = T.lvector()
    f = pytensor.function([pad], pool.pool_2d(np.eye(4), (2, 2), False, pad=pad), mode=AS_BUILT)
    assert f([0, 0]).tolist() == [[1, 0], [0, 1]]
    with pytest.raises(NotImplementedError, match="padding needs ignore_border=True"):
        f([0, 1])


def test_the_maximum_of_negative_numbers_leaves_the_border_out():
    x = T.dmatrix()
    pooled = pool.pool_2d(x, (2, 2), ignore_border=True, pad=(1, 1))
    f = pytensor.function([x], [pooled, T.grad(pooled.sum(), x)], mode="FAST_COMPILE")
    maxima, gradient = f([[-1.0, -2.0], [-3.0, -4.0]])
    np.testing.assert_array_equal(maxima, [[-1, -2], [-3, -4]])
    np.testing.assert_array_equal(gradient, np.ones((2, 2)))
    whole = pytensor.function(
        [x], pool.pool_2d(x, (3, 3), ignore_border=False), mode="FAST_COMPILE"
    )
    np.testing.assert_array_equal(whole([[-1.0, -2.0], [-3.0, -4.0]]), [[-1]])
