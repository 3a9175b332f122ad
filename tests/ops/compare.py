"""What the tests of the operators share: numbers to compute with, ways to judge a result."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

# Sums of some hundred products of numbers near 1.
TOLERANCE = {"float32": 2e-5, "float64": 1e-12}


def draw(shape, dtype="float64", seed=0):
    """Normal numbers of a dtype."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def variables(*shapes):
    """Variables of floatX with these sizes, as JAX wants them known for some gradients."""
    return [T.tensor(dtype=pytensor.config.floatX, shape=shape) for shape in shapes]


def assert_close(result, truth, dtype):
    """The result has the truth's shape and numbers, and is of the dtype."""
    result = np.asarray(result)
    assert result.dtype == dtype
    assert result.shape == truth.shape
    np.testing.assert_allclose(result, truth, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def some_cost(y, seed=9):
    """A smooth cost of all entries of y that has no symmetry: sum of weight * sin(y)."""
    return (draw(y.type.shape, y.dtype, seed) * T.sin(y)).sum()


def check_gradient(cost, inputs, values):
    """Compares the gradient for each input with central differences along three directions."""
    f = pytensor.function(inputs, [cost, *T.grad(cost, inputs)])
    gradients = [np.asarray(g) for g in f(*values)[1:]]
    rng = np.random.default_rng(123)
    step = 2.0**-17
    for k, (variable, value) in enumerate(zip(inputs, values, strict=True)):
        assert value.dtype == gradients[k].dtype == "float64"
        for _ in range(3):
            direction = rng.standard_normal(value.shape)
            direction /= np.linalg.norm(direction)
            costs = [
                float(f(*values[:k], value + side * step * direction, *values[k + 1 :])[0])
                for side in (1, -1)
            ]
            slope = (costs[0] - costs[1]) / (2 * step)
            along = (gradients[k] * direction).sum()
            assert along == pytest.approx(slope, rel=1e-6, abs=1e-6), f"input {k}, {variable}"
        # A gradient of nothing but zeros would agree with a cost that does not depend on its input.
        assert np.abs(gradients[k]).max() > 1e-3


# x (N, C, H, W) and the size of a window
POOLINGS = {
    "windows that tile the map": ((2, 3, 6, 4), (2, 2)),
    "borders below and to the right": ((3, 2, 7, 8), (2, 3)),
    "one image, one map": ((1, 1, 5, 3), (3, 2)),
    "a window as large as the map": ((2, 2, 4, 3), (4, 3)),
    "windows of one place": ((2, 1, 3, 4), (1, 1)),
    "one row of windows": ((1, 2, 2, 9), (1, 4)),
}
each_pooling = pytest.mark.parametrize("shape, poolsize", POOLINGS.values(), ids=POOLINGS)


def windows(shape, poolsize):
    """Each place in the pooled maps, and the places of its window in the maps of this shape."""
    (N, C, H, W), (ph, pw) = shape, poolsize
    for n, c, p, q in np.ndindex(N, C, H // ph, W // pw):
        yield (n, c, p, q), [(n, c, p * ph + i, q * pw + j) for i, j in np.ndindex(ph, pw)]


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


def check_pooling_errors(pool):
    """What is asked of the inputs of both poolings, beside the size of a window."""
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


def check_pooling_errors_at_run_time(pool):
    """The same where the sizes are not known before."""
    x = T.tensor4(dtype=pytensor.config.floatX)
    f = pytensor.function([x], pool(x, (4, 2)))
    assert f(np.ones((2, 1, 4, 2), x.dtype)).shape == (2, 1, 1, 1)
    for size in [(3, 5), (4, 1)]:
        with pytest.raises(ValueError, match=f"^{pool.__name__}.*window"):
            f(np.ones((2, 1, *size), x.dtype))


def check_pooling_gradient_errors(gradient):
    """The gradient of a pooling refuses y and dy that do not fit x; no user calls it by hand."""
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
