"""Functions that the tests of operators share: random numbers and comparisons."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

# For sums of some hundred products of numbers near 1.
TOLERANCE = {"float32": 2e-5, "float64": 1e-12}


def draw(shape, dtype="float64", seed=0):
    """Return normally distributed numbers of a dtype."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def variables(*shapes):
    """Return floatX variables of these shapes, which JAX must know for some gradients."""
    return [T.tensor(dtype=pytensor.config.floatX, shape=shape) for shape in shapes]


def assert_close(result, truth, dtype):
    """Check that the result has the shape and numbers of the truth, and the dtype."""
    result = np.asarray(result)
    assert result.dtype == dtype
    assert result.shape == truth.shape
    np.testing.assert_allclose(result, truth, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


def some_cost(y, seed=9):
    """Return a smooth cost without symmetry, the sum of weight * sin(y) over all entries of y."""
    return (draw(y.type.shape, y.dtype, seed) * T.sin(y)).sum()


def check_gradient(cost, inputs, values):
    """Compare the gradient of each input with central differences along three directions."""
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
        # A gradient of zeros would pass if the cost did not depend on the input.
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
    """Yield each place of the pooled maps, with the places of its window in the maps."""
    (N, C, H, W), (ph, pw) = shape, poolsize
    for n, c, p, q in np.ndindex(N, C, H // ph, W // pw):
        yield (n, c, p, q), [(n, c, p * ph + i, q * pw + j) for i, j in np.ndindex(ph, pw)]
