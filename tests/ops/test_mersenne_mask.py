"""mersenne_mask against NumPy's legacy generator itself."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

from network3.ops.mersenne_mask import limit_of, mersenne_mask, mersenne_state, variable_limit

FIRST = [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0]  # of the book's dropout, with Theano 1.0.5


def function(shape, p, mode=None):
    state = pytensor.shared(mersenne_state(502633495))
    mask, following = mersenne_mask(T.zeros(shape), state, p)
    return pytensor.function([], mask, updates=[(state, following)], mode=mode)


def test_the_first_numbers_are_those_of_the_books_dropout(backend, float32):
    drawn = function((1, 16), 0.5)()
    assert np.asarray(drawn).dtype == "float32"
    assert np.asarray(drawn).tolist() == [FIRST]


@pytest.mark.parametrize("p", [0.5, 0.7, np.float32(0.1), 1.0])
@pytest.mark.parametrize("shape", [(), (3, 50), (312,), (7, 101)])
def test_masks_are_numpys_binomials_call_after_call(shape, p):
    """312 numbers use up the 624 words exactly; the others stop somewhere in them."""
    f, truth = function(shape, float(p), "FAST_COMPILE"), np.random.RandomState(502633495)
    for _ in range(9):
        np.testing.assert_array_equal(f(), truth.binomial(1, float(p), shape))


@pytest.mark.parametrize("p", [0.5, 0.7])
def test_masks_are_numpys_binomials_on_every_backend(p, backend, float32):
    shapes = [(3, 50), (312,), (7, 101)]
    states = [pytensor.shared(mersenne_state(502633495)) for _ in shapes]
    drawn = [mersenne_mask(T.zeros(n), s, p) for n, s in zip(shapes, states, strict=True)]
    masks, following = zip(*drawn, strict=True)
    updates = list(zip(states, following, strict=True))
    f = pytensor.function([], list(masks), updates=updates)
    truth = [np.random.RandomState(502633495) for _ in shapes]
    for _ in range(9):
        for mask, shape, generator in zip(f(), shapes, truth, strict=True):
            np.testing.assert_array_equal(np.asarray(mask), generator.binomial(1, p, shape))


# With 1.0 and 0.0 nothing is dropped, and everything.
VARIABLE = np.array([0.5, 0.7, 0.3, 1, 0, 0.25, 2**-24, 1 - 2**-24, 3 * 2**-30, 0.1], "float32")


def test_a_variable_probability_draws_numpys_binomials_on_every_backend(backend, float32):
    """The same stream goes on while p changes."""
    state, p = pytensor.shared(mersenne_state(3)), pytensor.shared(np.float32(0.5))
    mask, following = mersenne_mask(T.zeros((3, 67)), state, p)
    f = pytensor.function([], mask, updates=[(state, following)])
    truth = np.random.RandomState(3)
    for value in VARIABLE:
        p.set_value(value)
        np.testing.assert_array_equal(np.asarray(f()), truth.binomial(1, float(value), (3, 67)))


def test_the_limit_of_a_variable_is_that_of_a_number():
    """exp(log(1 - q)) is rounded: both differ by at most 2 in 2**53."""
    p = T.dscalar()
    f = pytensor.function([p], variable_limit(p), mode="FAST_COMPILE")
    values = [0.5, 1 / 3, 0.1, 0.7, 1.0, 1e-300, 1 - 2**-53, *np.random.RandomState(5).rand(99)]
    for value in values:
        high, low, below = (int(word) for word in f(value))
        expected = limit_of(value)
        assert below == expected[2] and low < 2**26
        difference = (high - int(expected[0])) * 2**26 + low - int(expected[1])
        assert abs(difference) <= 2


def test_a_variable_that_is_no_probability_is_refused():
    p = T.dscalar()
    mask, _ = mersenne_mask(T.zeros((2,)), mersenne_state(3), p)
    f = pytensor.function([p], mask)
    for value in (-0.1, 1.5, np.nan):
        with pytest.raises(
            ValueError, match=r"^mersenne_mask: the probability must lie in \[0, 1\]"
        ):
            f(value)


def test_another_state_is_refused_at_once():
    for wrong in (T.vector(dtype="int32"), T.matrix(dtype="uint32")):
        with pytest.raises(
            TypeError, match="mersenne_mask got a state of type .*: it must have the dtype uint32"
        ):
            mersenne_mask(T.zeros((2,)), wrong, 0.5)
