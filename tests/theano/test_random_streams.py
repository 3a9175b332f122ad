"""RandomStreams and MRG_RandomStreams draw the numbers of the real Theano 1.0.5.

streams_by_theano.py, run by Theano, has made streams_by_theano.json; here this package draws.
"""

import copy
import json
import warnings
from pathlib import Path

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.gradient import NullTypeGradError
from streams_by_theano import (
    MRG_STREAMS,
    RANDOM_STREAMS,
    ROUNDED,
    lecuyers,
    measures,
    summary,
)

from network3.theano.compile.nanguardmode import NanGuardMode
from network3.theano.sandbox.multinomial import MultinomialFromUniform
from network3.theano.sandbox.rng_mrg import MRG_RandomStreams
from network3.theano.tensor import raw_random
from network3.theano.tensor.shared_randomstreams import RandomStreams, randomstate_constructor

BOTH = pytest.mark.parametrize("kind", [RandomStreams, MRG_RandomStreams])
THEANOS = json.loads((Path(__file__).parent / "streams_by_theano.json").read_text())


@pytest.fixture(autouse=True)
def floatX(float32):
    """All in the precision of the book."""


def values(*variables, mode="FAST_COMPILE"):
    return [np.asarray(x) for x in pytensor.function([], list(variables), mode=mode)()]


def drawn_twice(kind, draws, floatX, mode):
    """What two calls give of one function that draws all variables, each from its own streams."""
    f = pytensor.function([], [draw(kind(234), T, floatX) for draw in draws.values()], mode=mode)
    calls = [[np.asarray(numbers) for numbers in f()] for _ in range(2)]
    return dict(zip(draws, zip(*calls, strict=True), strict=True))


def in_dtype(arrays, dtype):
    """What JAX has in 32 bits in its own dtype."""
    return [a.astype(dtype, casting="same_kind") for a in arrays]


@pytest.mark.parametrize(
    "kind, draws", [(RandomStreams, RANDOM_STREAMS), (MRG_RandomStreams, MRG_STREAMS)]
)
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_fifty_thousand_numbers_are_theanos_to_the_bit(kind, draws, precision):
    with pytensor.config.change_flags(floatX=precision):
        ours = drawn_twice(kind, draws, precision, "FAST_COMPILE")
    assert {name: summary(a) for name, a in ours.items()} == THEANOS[f"{kind.__name__} {precision}"]


ON_EACH_BACKEND = [  # JAX has no float64 where floatX is float32.
    (RandomStreams, RANDOM_STREAMS, ["uniform", "normal of means", "binomial of p", "permutation"]),
    (RandomStreams, RANDOM_STREAMS, ["choice of p", "random_integers", "multinomial"]),
    (MRG_RandomStreams, MRG_STREAMS, ["uniform", "uniform of many", "binomial of floatX"]),
    (MRG_RandomStreams, MRG_STREAMS, ["multinomial of trials", "choice"]),
]


@pytest.mark.parametrize("kind, draws, names", ON_EACH_BACKEND)
def test_fifty_thousand_numbers_are_theanos_on_every_backend(kind, draws, names, backend):
    draws = {name: draws[name] for name in names}
    for name, arrays in drawn_twice(kind, draws, "float32", None).items():
        theirs = THEANOS[f"{kind.__name__} float32"][name]
        assert summary(in_dtype(arrays, theirs[1])) == theirs, name


@pytest.mark.theano
def test_normal_numbers_are_theanos_to_the_last_digit(backend):
    """Logarithms and cosines of one C library are those of another to a rounding."""
    draws = {
        name: ROUNDED[name] for name in ("uniform between bounds", "normal of a mean", "truncated")
    }
    for name, arrays in drawn_twice(MRG_RandomStreams, draws, "float32", None).items():
        theirs = THEANOS["rounded float32"][name]
        np.testing.assert_allclose(measures(arrays), theirs, rtol=1e-6, atol=2e-6, err_msg=name)


def test_normal_numbers_in_float64_are_theanos_to_fifteen_digits(float64):
    ours = drawn_twice(MRG_RandomStreams, ROUNDED, "float64", "FAST_COMPILE")
    for name, arrays in ours.items():
        theirs = THEANOS["rounded float64"][name]
        np.testing.assert_allclose(measures(arrays), theirs, rtol=1e-13, atol=1e-15, err_msg=name)


def test_the_generator_is_lecuyers():
    """420 numbers of twelve streams of seven substreams, in the order of his package's examples."""
    numbers = lecuyers(lambda u: pytensor.function([], u, mode="FAST_COMPILE"), MRG_RandomStreams)
    assert summary(numbers) == THEANOS["lecuyer"]
    assert numbers[0].size == 420


def test_a_function_for_float32_compares_and_multiplies_in_float32():
    """0.7 is 0.699999988 in float32; for a constant PyTensor's C code has 0.7 itself."""
    n, m = (draw(MRG_RandomStreams(1)) for draw in (
        lambda s: s.binomial((3,), p=0.7), lambda s: s.uniform((3,), 0.1, 0.7)
    ))  # fmt: skip
    f = pytensor.function([], [n, m], mode="CVM")
    for node in f.maker.fgraph.toposort():
        if hasattr(node.op, "scalar_op"):
            assert all(x.owner for x in node.inputs)
            inner = getattr(node.op.scalar_op, "fgraph", None)
            for step in inner.toposort() if inner else ():
                assert not any(hasattr(x, "data") for x in step.inputs)


def test_states_are_randomstates_seeded_by_the_streams_seed():
    """The numbers of Theano's tutorial, of RandomState(133003720) and RandomState(999614367)."""
    streams = RandomStreams(234)
    u, z = streams.uniform((2, 2)), streams.normal((2,))
    seeds = [133003720, 999614367]
    for variable, seed in zip((u, z), seeds, strict=True):
        state = variable.rng.get_value()
        assert isinstance(state, np.random.RandomState)
        assert (state.get_state()[1] == np.random.RandomState(seed).get_state()[1]).all()
    drawn, normal = values(u, z)
    np.testing.assert_allclose(drawn[0], [0.12672381400898758, 0.9709159656786431], rtol=1e-7)
    np.testing.assert_allclose(normal, [0.3732844727674915, -0.6574667187293483], rtol=1e-7)


def test_the_state_of_a_variable_can_be_seeded_itself(backend):
    """As in Theano's tutorial, with `set_value` and without."""
    u = RandomStreams(234).uniform((2, 2))
    f = pytensor.function([], u)
    first = np.asarray(f())
    state = u.rng.get_value(borrow=True)
    state.seed(133003720)
    u.rng.set_value(state, borrow=True)
    assert (np.asarray(f()) == first).all()
    u.rng.get_value(borrow=True).seed(133003720)
    assert (np.asarray(f()) == first).all()
    # A copy is a copy: what is drawn from it leaves the variable alone.
    u.rng.get_value(borrow=True).seed(133003720)
    u.rng.get_value().uniform(size=9)
    assert (np.asarray(f()) == first).all()


def test_a_kept_normal_number_comes_with_the_state(backend):
    """NumPy draws normal numbers in pairs: the second of a pair may be the next call's first."""
    z = RandomStreams(5).normal((3,))
    f, truth = pytensor.function([], z), z.rng.get_value()
    for _ in range(3):
        np.testing.assert_array_equal(np.asarray(f()), truth.normal(size=3).astype("float32"))


def test_variables_made_after_seed_go_on_as_if_it_had_not_been_called():
    streams, alike = RandomStreams(3), RandomStreams(3)
    _, alike_second = alike.uniform((4,)), alike.uniform((4,))
    first = streams.uniform((4,))
    streams.seed(9)
    (drawn, second), (same,) = values(first, streams.uniform((4,))), values(alike_second)
    assert (second == same).all()
    seed = np.random.RandomState(9).randint(2**30)
    assert (drawn == np.random.RandomState(seed).uniform(size=4).astype("float32")).all()


def test_a_mode_that_guards_against_nan_checks_no_states():
    def draws():
        streams, x = RandomStreams(3), T.constant([[1.0, 2.0]])
        return [
            streams.normal((2,)),
            streams.uniform((2,)),
            streams.binomial((2,), p=0.5),
            streams.permutation((1,), n=4),
            streams.shuffle_row_elements(x),
            streams.multinomial((3,), n=1, pvals=[0.2, 0.8]),
        ]

    mode = NanGuardMode(True, True, True, linker="vm")
    mode.linker.c_thunks = False  # C++ takes seconds to compile
    for ours, free in zip(values(*draws(), mode=mode), values(*draws()), strict=True):
        np.testing.assert_array_equal(ours, free)


def test_a_state_may_be_a_functions_argument_and_may_be_shared():
    """As in Theano's documentation of raw_random."""
    state = raw_random.random_state_type()
    following, drawn = raw_random.uniform(state, (3,))
    f = pytensor.function([state], [following, drawn], mode="FAST_COMPILE")
    given, truth = np.random.RandomState(8), np.random.RandomState(8)
    after, numbers = f(given)
    assert (numbers == truth.uniform(size=3).astype("float32")).all()
    assert raw_random.random_state_type.values_eq(after, truth)
    assert raw_random.random_state_type.values_eq(given, np.random.RandomState(8))
    shared = pytensor.shared(given)
    assert shared.get_value(borrow=True) is not given
    with pytest.raises(TypeError, match="needs a numpy.random.RandomState"):
        f(np.random.default_rng(8))


def test_any_function_of_a_randomstate_can_be_drawn():
    """The size comes last. `copy.copy` of the state would share its generator in NumPy 2."""
    op = raw_random.RandomFunction(np.random.RandomState.gamma, T.fvector)
    state = pytensor.shared(np.random.RandomState(4))
    _, numbers = op(state, np.array([3]), 2.0, 1.0)
    f = pytensor.function([], numbers, mode="FAST_COMPILE")
    truth = np.random.RandomState(4).gamma(2.0, 1.0, 3).astype("float32")
    assert (f() == truth).all() and (f() == truth).all()
    one = copy.deepcopy(op)
    assert one == op and hash(one) == hash(op)


def test_states_of_mrg_streams_are_rows_that_take_turns():
    streams = MRG_RandomStreams(12345)
    variables = [
        streams.uniform((2, 3)),
        streams.uniform((7, 5)),
        streams.uniform((np.int64(7), 5)),
        streams.uniform((4,), nstreams=3),
        streams.normal((2,)),
    ]
    (small, *_), *_ = streams.state_updates
    rows = [len(state.get_value()) for state, *_ in streams.updates()]
    assert rows == [6, 5, 15360, 3, 15360]
    assert small.get_value()[1].tolist() == [
        1613322692, 623311037, 1722317882, 1563970864, 792350268, 619030428,
    ]  # fmt: skip
    values(*variables)
    assert small.get_value()[0].tolist() == [
        240667857, 12345, 12345, 809054265, 12345, 12345,
    ]  # fmt: skip
    streams.normal((2,), truncate=True)  # takes two streams
    assert len(streams.updates()) == 7
    streams.seed(12345)
    assert small.get_value()[0].tolist() == [12345] * 6
    assert [len(state.get_value()) for state, *_ in streams.updates()] == [*rows, 15360, 15360]


def test_each_row_is_shuffled_for_itself():
    x = T.matrix()
    shuffled = RandomStreams(9).shuffle_row_elements(x)
    f = pytensor.function([x], [shuffled, shuffled.permutation], mode="FAST_COMPILE")
    rows = np.arange(80, dtype="float32").reshape(4, 20)
    result, order = f(rows)
    assert (np.sort(result, axis=1) == rows).all()
    assert (np.take_along_axis(rows, order, axis=1) == result).all()
    assert len({tuple(row) for row in order}) == 4
    vector = RandomStreams(1).shuffle_row_elements(np.arange(30))
    assert sorted(values(vector)[0]) == list(range(30))


def test_multinomial_of_random_streams_takes_a_size_and_a_number_of_trials_for_each():
    streams = RandomStreams(3)
    pvals = np.full((4, 3), 1 / 3)
    each, repeated, one = values(
        streams.multinomial((2,), n=[1, 40], pvals=[0.2, 0.8]),
        streams.multinomial((5, -1), n=2, pvals=pvals),
        streams.multinomial(),
    )
    assert each.sum(axis=1).tolist() == [1, 40]
    assert (repeated.shape, one.shape) == ((5, 4, 3), (2,))
    assert (repeated.sum(axis=-1) == 2).all()


def test_multinomial_from_uniform_counts_as_theano_does():
    """Trial k of row b uses number k * B + b; 0.95 lies beyond what the second row sums to."""
    pvals = np.array([[0.25, 0.25, 0.5], [0.5, 0.0, 0.25]], "float32")
    unis = np.array([0.1, 0.6, 0.3, 0.95, 0.99, 0.4], "float32")
    counts = MultinomialFromUniform("auto")(pvals, unis, 3)
    assert counts.dtype == "float32"
    assert values(counts)[0].tolist() == [[1, 1, 1], [1, 0, 1]]


@BOTH
def test_a_seed_repeats_and_a_call_draws_anew(kind):
    def function(seed):
        streams = kind(seed)
        variables = [streams.uniform((50,)), streams.normal((50,)), streams.uniform((50,))]
        return pytensor.function([], variables, mode="FAST_COMPILE"), streams

    f, streams = function(99)
    first, second = np.array(f()), np.array(f())
    g, _ = function(99)
    assert (np.array(g()) == first).all()
    assert (np.array(function(98)[0]()) != first).all()
    assert (second != first).all()
    assert (first[0] != first[2]).all()  # two variables of one stream
    streams.seed(99)
    assert (np.array(f()) == first).all()
    streams.seed(98)
    assert (np.array(f()) == np.array(function(98)[0]())).all()
    streams.seed()
    assert (np.array(f()) == first).all()


@BOTH
def test_without_default_updates_a_function_draws_the_same_again(kind):
    streams = kind(1)
    u = streams.uniform((50,))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The no_default_updates", DeprecationWarning)
        still = pytensor.function([], u, no_default_updates=True, mode="FAST_COMPILE")
        told = pytensor.function(
            [],
            u,
            no_default_updates=True,
            updates=[pair[:2] for pair in streams.updates()],
            mode="FAST_COMPILE",
        )
    assert (still() == still()).all()
    assert (told() != told()).all()


@BOTH
def test_a_variable_drawn_is_drawn_once_in_a_function(kind):
    streams = kind(1)
    u = streams.uniform((50,))
    first, second = values(u, u)
    assert (first == second).all()
    assert len(streams.updates()) == 1


@BOTH
def test_streams_are_alike_on_every_backend_and_draw_anew_there(kind, backend):
    """Sizes of a variable whose size is not known until the function is called."""
    x = T.matrix()

    def variables(streams):
        u = streams.uniform(x.shape)
        return [u, streams.binomial((x.shape[0], 3), p=0.3), streams.normal((2, 4), std=u.sum())]

    streams = kind(21)
    f = pytensor.function([x], variables(streams))
    value = np.zeros((5, 7), "float32")
    results = [[np.asarray(a) for a in f(value)] for _ in range(2)]
    streams.seed(21)
    assert (np.asarray(f(value)[0]) == results[0][0]).all()
    truth = pytensor.function([x], variables(kind(21)), mode="FAST_COMPILE")
    for result in results:
        for a, b in zip(result, truth(value), strict=True):
            assert a.shape == b.shape
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert (results[0][0] != results[1][0]).all()


@BOTH
def test_a_scan_draws_anew_in_every_step_and_gives_the_updates(kind):
    from network3.theano.scan_module import scan

    streams = kind(4)
    numbers, updates = scan(lambda: streams.uniform((2,)), n_steps=6)
    f = pytensor.function([], numbers, updates=updates, mode="FAST_COMPILE")
    drawn = np.concatenate([f(), f()])
    assert drawn.shape == (12, 2)
    assert len(np.unique(drawn)) == 24


RESULTS = {
    # what the real Theano 1.0.5 gives with floatX = float32: dtype, dimensions that have length 1
    "uniform": (lambda s: s.uniform((2, 1)), "float32", (False, True)),
    "a bound in float64": (lambda s: s.uniform((2, 3), np.float64(0.1)), "float64", (False, False)),
    "an array in float64": (lambda s: s.uniform((2, 3), np.zeros(3)), "float64", (False, False)),
    "whole numbers of uniform": (lambda s: s.uniform((2,), 0, 9, dtype="int32"), "int32", (False,)),
    "normal": (lambda s: s.normal((2, 3)), "float32", (False, False)),
    "means in int64": (lambda s: s.normal((2,), np.arange(2)), "float64", (False,)),
    "binomial": (lambda s: s.binomial((2, 3)), "int64", (False, False)),
    "binomial in floatX": (
        lambda s: s.binomial((2,), 1, 0.5, dtype="float32"),
        "float32",
        (False,),
    ),
    "multinomial": (lambda s: s.multinomial(pvals=np.ones((4, 3)) / 3), "int64", (False, False)),
    "a vector as size": (lambda s: s.uniform(T.lvector(), ndim=2), "float32", (False, False)),
    "entries that are variables": (lambda s: s.uniform((T.lscalar(), 1)), "float32", (False, True)),
}


@BOTH
@pytest.mark.parametrize("draw, dtype, pattern", RESULTS.values(), ids=RESULTS)
def test_results_have_theanos_dtypes_and_patterns(draw, dtype, pattern, kind):
    drawn = draw(kind(1))
    assert drawn.dtype == dtype
    assert drawn.type.broadcastable == pattern


def test_without_a_size_random_streams_take_it_from_the_parameters():
    streams, means = RandomStreams(1), np.arange(6, dtype="float32").reshape(2, 3)
    drawn = values(
        streams.uniform(),
        streams.normal(avg=100 * means, std=0.1),
        streams.binomial(p=means / 5),
        streams.uniform((4, -1, -1), high=means),
        streams.random_integers(low=means.astype("int64"), high=7),
    )
    assert [x.shape for x in drawn] == [(), (2, 3), (2, 3), (4, 2, 3), (2, 3)]
    np.testing.assert_allclose(drawn[1], 100 * means, atol=1)
    assert (drawn[2][0, 0], drawn[2][1, 2]) == (0, 1)
    assert (drawn[3] <= means).all()
    assert (drawn[4] >= means).all() and (drawn[4] <= 7).all()


REFUSED = {
    "one number as size": (TypeError, "must be a tuple", lambda s: s.uniform(5)),
    "a float in a size": (TypeError, r"got 2\.0 as a size", lambda s: s.uniform((2, 2.0))),
    "a float variable": (TypeError, "needs an integer", lambda s: s.uniform((T.fscalar(),))),
    "a vector of any length": (TypeError, "give ndim", lambda s: s.uniform(T.lvector("v"))),
    "a negative size": (ValueError, "-3", lambda s: s.uniform((2, -3), np.zeros(()))),
    "ndim of another size": (ValueError, "got ndim = 3", lambda s: s.uniform((1, 3), ndim=3)),
    "more dimensions": (
        (ValueError, NotImplementedError),
        "at least as",
        lambda s: s.uniform((3,), np.ones((2, 3))),
    ),
}


@BOTH
@pytest.mark.parametrize("error, words, draw", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(error, words, draw, kind):
    if kind is RandomStreams and "-3" in words:
        words = "must not be negative"
    with pytest.raises(error, match=words):
        draw(kind(1))


MRG_REFUSED = {
    "no size": (TypeError, "got size = None", lambda m: m.uniform(None)),
    "a size of 0": (ValueError, "must be above 0", lambda m: m.normal((2, 0))),
    "two trials": (NotImplementedError, "1 only", lambda m: m.binomial((2,), 2)),
    "no pvals": (TypeError, "needs pvals", lambda m: m.multinomial()),
    "a vector of pvals": (
        NotImplementedError,
        "1 dimensions",
        lambda m: m.multinomial(pvals=[1.0]),
    ),
    "size and pvals": (ValueError, "leave it out", lambda m: m.multinomial((2,), pvals=[[1.0]])),
    "replacement": (NotImplementedError, "without", lambda m: m.choice(p=[[1.0]])),
    "a": (TypeError, "leave a out", lambda m: m.choice(a=3, replace=False, p=[[1.0]])),
    "too many": (ValueError, "only 1 outcomes", lambda m: m.choice(2, replace=False, p=[[1.0]])),
    "a misspelling": (TypeError, "stdev", lambda m: m.normal((2,), stdev=1)),
}


@pytest.mark.parametrize("error, words, draw", MRG_REFUSED.values(), ids=MRG_REFUSED)
def test_mrg_refuses_what_theanos_does(error, words, draw):
    with pytest.raises(error, match=words):
        draw(MRG_RandomStreams(1))


def test_random_streams_refuse_other_choices():
    streams = RandomStreams(1)
    with pytest.raises(ValueError, match="larger sample than population"):
        values(streams.choice((4,), 3, replace=False))
    with pytest.raises(ValueError, match="broadcast"):
        values(streams.uniform((1, 3), np.ones((2, 3))))
    with pytest.raises(TypeError, match="size = None"):
        streams.choice()
    with pytest.raises(TypeError, match="poisson needs lam"):
        streams.poisson((4,))
    with pytest.raises(TypeError, match="one permutation has one"):
        streams.permutation(n=4, ndim=2)
    with pytest.raises(ValueError, match="above high"):
        streams.random_integers((2,), 5, 4)


@BOTH
def test_a_gradient_through_a_draw_is_refused_as_theano_does(kind):
    mean = T.vector("mean")
    streams = kind(1)
    for drawn, name in (
        (streams.normal((3,), avg=mean), "normal"),
        (streams.uniform((3,), high=mean), "uniform"),
        (streams.binomial((3,), p=mean, dtype="float32"), "binomial"),
    ):
        why = r"\(mean\) of the UndefinedGrad op is undefined"
        if kind is RandomStreams:
            why = (
                rf"\(mean\) of the RandomFunction.{name}. op is .*No gradient defined through raw "
            )
        with pytest.raises(NullTypeGradError, match=why):
            T.grad(drawn.sum(), mean)
    # A mask that does not depend on x is a constant to the gradient.
    x = T.vector()
    mask = streams.binomial(x.shape, p=0.5, dtype="float32")
    f = pytensor.function([x], [T.grad((x * mask).sum(), x), mask], mode="FAST_COMPILE")
    gradient, drawn = f(np.ones(40, "float32"))
    assert (gradient == drawn).all()


def test_mrg_streams_begin_where_theanos_do():
    """The numbers of `MRG_RandomStreams(7)` in the real Theano 1.0.5."""
    streams = MRG_RandomStreams(7)
    assert (streams.rstate.dtype, streams.rstate.tolist()) == ("int32", [7] * 6)
    streams.inc_rstate()
    rows = streams.get_substream_rstates(3, "float32")
    assert rows.tolist() == [
        [2102967935, 387042188, 1636760154, 751181838, 1042107552, 160181906],
        [9378623, 1106147596, 2120229906, 147989035, 973137552, 2028988585],
        [324755310, 319391404, 1336208933, 1859320122, 887992856, 823611635],
    ]
    assert streams.rstate.tolist() == [
        626873255, 1707255787, 1905059325, 948633244, 952787838, 311685372,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "seed, error",
    [
        (0, ValueError),
        (2147462579, ValueError),
        ([0, 0, 0, 1, 1, 1], ValueError),
        ([1, 1, 1, 0, 0, 0], ValueError),
        ([1, 2], TypeError),
        ("a", TypeError),
        (None, TypeError),
    ],
)
def test_mrg_refuses_the_seeds_that_theano_refuses(seed, error):
    with pytest.raises(error, match="MRG_RandomStreams got the seed"):
        MRG_RandomStreams(seed)


def test_a_state_is_copied_from_stream_to_stream():
    """As in Theano's tutorial: two graphs draw the same after their states were copied."""
    one, other = RandomStreams(1), RandomStreams(2)
    f, g = (pytensor.function([], s.uniform((5,)), mode="FAST_COMPILE") for s in (one, other))
    f()
    for (mine, _), (yours, _) in zip(one.state_updates, other.state_updates, strict=True):
        yours.set_value(mine.get_value())
    assert (f() == g()).all()


def test_one_variable_can_be_seeded_by_a_random_state_of_numpys():
    streams = RandomStreams(1)
    u = streams.uniform((5,))
    f = pytensor.function([], u, mode="FAST_COMPILE")
    u.rng.set_value(np.random.RandomState(8))
    first = f()
    streams[u.rng] = np.random.RandomState(8)
    assert (f() == first).all()
    assert (first == np.random.RandomState(8).uniform(size=5).astype("float32")).all()
    with pytest.raises(TypeError, match="needs a numpy.random.RandomState"):
        randomstate_constructor(8)


def test_the_old_name_of_choice_warns():
    with pytest.warns(UserWarning, match="deprecated, use choice"):
        drawn = MRG_RandomStreams(1).multinomial_wo_replacement(n=2, pvals=np.ones((4, 3)) / 3)
    assert values(drawn)[0].shape == (4, 2)


@pytest.mark.jax
@BOTH
def test_without_double_precision_jax_draws_the_numbers_of_float32(kind):
    pytest.importorskip("jax")
    from network3.engine.backend import _jax_mode

    draws = [kind(5).uniform((3, 4), dtype=dtype) for dtype in ("float64", "float32")]
    wide, narrow = values(*draws, mode=_jax_mode(False))
    assert wide.dtype == "float32"
    np.testing.assert_array_equal(wide, narrow)


@pytest.mark.parametrize("p", [1.0, 0.7, 0.5, np.float32(0.3), 1e-3, 0.0])
def test_zeros_and_ones_are_numpys(p):
    """A method of ours draws them, three times as fast."""
    ours, numpys = (np.random.RandomState(5) for _ in range(2))
    draw = raw_random.RandomFunction("binomial", T.TensorType("int64", (None,)))
    numbers = draw.drawn(ours, [20_000], [np.asarray(1), np.asarray(p)])
    assert (numbers == numpys.binomial(1, p, 20_000)).all() and numbers.dtype == "int64"
    assert ours.random_sample() == numpys.random_sample()


def test_a_choice_with_a_probability_of_0_has_equal_probabilities():
    """Theano takes `p or []`, so 0 and an empty list mean None."""
    draws = RandomStreams(7).choice((5,), 10, 1, 0), RandomStreams(7).choice((5,), 10, True)
    first, second = values(*draws)
    assert first.tolist() == second.tolist()


@pytest.mark.parametrize(
    "draw",
    [
        lambda streams, p: streams.multinomial(pvals=p),
        lambda streams, p: streams.choice(1, p=p, replace=False),
    ],
)
def test_a_gradient_through_outcomes_is_refused_as_theano_does(draw):
    p = T.matrix()
    with pytest.raises(NullTypeGradError):
        T.grad(draw(MRG_RandomStreams(1), p).sum(), p)
