"""mersenne_mask against NumPy's legacy generator itself."""

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest

from network3.ops.mersenne_mask import mersenne_mask, mersenne_state

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


def test_another_state_is_refused_at_once():
    for wrong in (T.vector(dtype="int32"), T.matrix(dtype="uint32")):
        with pytest.raises(TypeError, match="mersenne_mask got a state of type .*, it needs 625"):
            mersenne_mask(T.zeros((2,)), wrong, 0.5)
