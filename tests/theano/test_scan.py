"""theano.scan and the simpler loops, compared with loops in NumPy."""

import numpy as np
import pytest

import network3.theano as theano
import network3.theano.tensor as T
from network3.theano.tensor.shared_randomstreams import RandomStreams

PYTHON = "FAST_COMPILE"


@pytest.fixture(autouse=True)
def single(float32):
    """Run all tests in float32."""


def value(outputs, *inputs, **values):
    return theano.function(list(inputs), outputs, mode=PYTHON)(*values.values())


@pytest.mark.theano
def test_a_recurrent_layer_and_its_gradient_agree_with_numpy():
    rng = np.random.default_rng(0)
    xs, w = rng.normal(size=(4, 2)).astype("float32"), rng.normal(size=(2, 2)).astype("float32")
    x, W = T.matrix("x"), T.matrix("W")
    states, updates = theano.scan(
        lambda row, state, W: T.tanh(row + T.dot(state, W)),
        sequences=x,
        outputs_info=T.zeros((2,)),
        non_sequences=W,
    )
    assert updates == {} and isinstance(updates, theano.OrderedUpdates)
    f = theano.function([x, W], [states, T.grad(states[-1].sum(), W)], mode=PYTHON)
    got, gradient = f(xs, w)

    def unrolled(w):
        state, all_states = np.zeros(2), []
        for row in xs.astype("float64"):
            state = np.tanh(row + state @ w)
            all_states.append(state)
        return np.array(all_states)

    np.testing.assert_allclose(got, unrolled(w.astype("float64")), rtol=1e-5)
    for i, j in np.ndindex(2, 2):
        step = np.zeros((2, 2))
        step[i, j] = 1e-5
        numeric = (unrolled(w + step)[-1].sum() - unrolled(w - step)[-1].sum()) / 2e-5
        np.testing.assert_allclose(gradient[i, j], numeric, rtol=1e-3, atol=1e-5)


def test_one_of_several_outputs_may_not_be_recurrent():
    (sums, squares), _ = theano.scan(
        lambda a, total: (total + a, a**2), T.arange(4.0), [T.constant(np.float64(0)), None]
    )
    sums, squares = value([sums, squares])
    assert list(sums) == [0, 1, 3, 6] and list(squares) == [0, 1, 4, 9]


def test_sequences_with_taps_and_backwards():
    x = T.constant(np.float32([1, 2, 4, 8]))
    steps, _ = theano.scan(lambda now, before: now - before, {"input": x, "taps": [0, -1]})
    assert list(value(steps)) == [1, 2, 4]
    back, _ = theano.scan(lambda a: a * 1, x, go_backwards=True)
    assert list(value(back)) == [8, 4, 2, 1]


def test_one_step_is_still_a_loop():
    outputs, _ = theano.scan(lambda a: a + 1, outputs_info=T.constant(np.float32(1)), n_steps=1)
    assert value(outputs).shape == (1,)


def test_return_list_keeps_a_list_of_one():
    outputs, _ = theano.scan(lambda a: a, T.arange(3), return_list=True)
    assert isinstance(outputs, list) and len(outputs) == 1


def test_the_mode_of_a_loop_is_that_of_its_function():
    outputs, _ = theano.scan(lambda a: a * 2, T.arange(3), mode="FAST_RUN")
    assert list(value(outputs)) == [0, 2, 4]


def test_a_loop_without_a_number_of_steps_is_refused():
    with pytest.raises(ValueError, match="number of steps"):
        theano.scan(lambda a: a, outputs_info=T.constant(1.0))


def test_random_numbers_in_a_loop_differ_from_step_to_step_and_call_to_call():
    streams = RandomStreams(seed=1)
    outputs, updates = theano.scan(lambda: streams.uniform((2,)), n_steps=3)
    assert len(updates) == 1
    f = theano.function([], outputs, updates=updates, mode=PYTHON)
    first, second = f(), f()
    assert len({tuple(row) for row in (*first, *second)}) == 6


@pytest.mark.theano
def test_checkpoints_keep_every_nth_value_and_the_gradient():
    k = T.scalar("k")
    arguments = {"outputs_info": T.ones_like(k), "non_sequences": k, "n_steps": 6}
    powers, _ = theano.scan(lambda a, k: a * k, **arguments)
    kept, updates = theano.scan_checkpoints(lambda a, k: a * k, **arguments, save_every_N=2)
    assert isinstance(updates, theano.OrderedUpdates)
    f = theano.function([k], [powers, kept, T.grad(kept[-1], k)], mode=PYTHON)
    powers, kept, gradient = f(2)
    assert list(powers) == [2, 4, 8, 16, 32, 64] and list(kept) == [4, 16, 64]
    assert gradient == 6 * 2**5


def test_a_copy_can_replace_variables():
    x, y = T.vector("x"), T.vector("y")
    copy = theano.clone((x**2).sum(), replace={x: y + 1})
    assert theano.function([y], copy, mode=PYTHON)(np.float32([1, 2])) == 13
    assert theano.gof.graph.inputs([theano.clone(x * 2, share_inputs=False)])[0] is not x
