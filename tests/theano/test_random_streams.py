"""RandomStreams and MRG_RandomStreams: their distributions, their repeating, their arguments.

Fixed seeds: what is compared with a distribution must come out above one in a thousand.
"""

import warnings

import numpy as np
import pytensor
import pytensor.tensor as T
import pytest
from pytensor.gradient import NullTypeGradError
from scipy import stats

import network3
from network3.theano.sandbox.multinomial import MultinomialFromUniform
from network3.theano.sandbox.rng_mrg import MRG_RandomStreams
from network3.theano.tensor import raw_random
from network3.theano.tensor.shared_randomstreams import RandomStreams, randomstate_constructor

BOTH = pytest.mark.parametrize("kind", [RandomStreams, MRG_RandomStreams])
N = 20_000


@pytest.fixture(autouse=True)
def floatX(float32):
    """All in the precision of the book."""


def values(*variables, mode="FAST_COMPILE"):
    return [np.asarray(x) for x in pytensor.function([], list(variables), mode=mode)()]


def assert_distributed(sample, distribution):
    """Kolmogorov and Smirnov's test."""
    assert stats.kstest(sample.ravel(), distribution.cdf).pvalue > 1e-3


def assert_shares(counts, probabilities):
    """The chi-square test."""
    expected = np.array(probabilities, "float64")
    expected *= np.sum(counts) / expected.sum()
    assert stats.chisquare(counts, expected).pvalue > 1e-3


@BOTH
def test_uniform_and_normal_numbers_are_distributed_as_they_are_named(kind):
    streams = kind(123)
    u, shifted, z, moved = values(
        streams.uniform((N,)),
        streams.uniform((N,), -2.0, 6.0),
        streams.normal((N,)),
        streams.normal((N // 2, 2), 5.0, 0.5),
    )
    assert u.dtype == z.dtype == "float32"
    assert u.min() > 0 and u.max() < 1
    assert_distributed(u, stats.uniform())
    assert_distributed(shifted, stats.uniform(-2, 8))
    assert_distributed(z, stats.norm())
    assert_distributed(moved, stats.norm(5, 0.5))
    # Neighbours know nothing of each other.
    for sample in (u, z):
        assert abs(np.corrcoef(sample[:-1], sample[1:])[0, 1]) < 5 / N**0.5


@BOTH
def test_binomial_numbers_of_one_trial_are_ones_as_often_as_p_says(kind):
    streams = kind(7)
    p = np.array([0.0, 0.1, 0.5, 0.75, 1.0], "float32")
    drawn, default = values(streams.binomial((N, 5), p=p), streams.binomial((N,)))
    assert drawn.dtype == default.dtype == "int64"
    assert set(np.unique(drawn)) == {0, 1}
    assert drawn.mean(axis=0)[[0, 4]].tolist() == [0, 1]
    for k in (1, 2, 3):
        assert_shares([N - drawn[:, k].sum(), drawn[:, k].sum()], [1 - p[k], p[k]])
    assert_shares([N - default.sum(), default.sum()], [1, 1])


def test_binomial_and_poisson_counts():
    streams = RandomStreams(11)
    five, mean = values(streams.binomial((N,), 5, 0.3), streams.poisson((N,), 2.5))
    assert five.dtype == mean.dtype == "int64"
    assert_shares(np.bincount(five, minlength=6), stats.binom(5, 0.3).pmf(range(6)))
    counts = np.bincount(np.minimum(mean, 9), minlength=10)
    pmf = stats.poisson(2.5).pmf(range(9))
    assert_shares(counts, [*pmf, 1 - pmf.sum()])


def test_integers_include_both_ends_and_choices_follow_their_probabilities():
    streams = RandomStreams(5)
    die, fair, loaded, letters = values(
        streams.random_integers((N,), 1, 6),
        streams.choice((N,), 4),
        streams.choice((N,), 3, p=[0.1, 0.2, 0.7]),
        streams.choice((N,), [10, 20], p=np.array([0.25, 0.75])),
    )
    assert_shares(np.bincount(die)[1:], [1] * 6)
    assert_shares(np.bincount(fair), [1] * 4)
    assert_shares(np.bincount(loaded), [0.1, 0.2, 0.7])
    assert_shares([(letters == 10).sum(), (letters == 20).sum()], [0.25, 0.75])


def test_choices_without_replacement_are_all_different():
    streams = RandomStreams(5)
    some, pair = values(
        streams.choice((2, 3), 6, replace=False),
        streams.choice((2,), 3, replace=False, p=[0.5, 0.5, 0.0]),
    )
    assert sorted(some.ravel()) == list(range(6))
    assert sorted(pair) == [0, 1]


def test_permutations_are_as_likely_as_each_other():
    (drawn,) = values(RandomStreams(9).permutation((N,), 3))
    assert (np.sort(drawn, axis=1) == [0, 1, 2]).all()
    orders = drawn @ [100, 10, 1]
    assert_shares(np.unique(orders, return_counts=True)[1], [1] * 6)


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


@BOTH
def test_multinomial_counts_follow_their_probabilities(kind):
    pvals = np.array([[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]], "float32")
    once, often = values(
        kind(3).multinomial(pvals=np.repeat(pvals, N // 2, axis=0)),
        kind(4).multinomial(n=N, pvals=pvals),
    )
    assert once.dtype == often.dtype == "int64"
    assert (once.sum(axis=1) == 1).all()
    assert (once[N // 2 :] == [0, 1, 0]).all()
    assert_shares(once[: N // 2].sum(axis=0), pvals[0])
    assert often[1].tolist() == [0, N, 0]
    assert often[0].sum() == N
    assert_shares(often[0], pvals[0])


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


def test_mrg_choice_draws_different_columns_each_as_likely_as_first_as_p_says():
    p = np.tile(np.array([0.1, 0.2, 0.3, 0.4, 0.0], "float32"), (N, 1))
    (drawn,) = values(MRG_RandomStreams(8).choice(5, replace=False, p=p))
    assert (drawn[:, -1] == -1).all()  # nothing is left but what has no probability
    assert (np.sort(drawn[:, :4], axis=1) == range(4)).all()
    assert_shares(np.bincount(drawn[:, 0]), [0.1, 0.2, 0.3, 0.4])
    second = sum(q * 0.1 / (1 - q) for q in (0.2, 0.3, 0.4))
    assert_shares([(drawn[:, 1] == 0).sum(), (drawn[:, 1] != 0).sum()], [second, 1 - second])


def test_truncated_normal_numbers_lack_their_ends():
    streams = MRG_RandomStreams(8)
    cut, scaled = values(
        streams.normal((N,), 1.0, 3.0, truncate=True), streams.truncated_normal((N,), 1.0, 3.0)
    )
    assert_distributed(cut, stats.truncnorm(-2, 2, 1, 3))
    assert scaled.std() == pytest.approx(3, rel=0.02)
    assert np.abs(scaled - 1).max() < 2 * 3 / 0.8796


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
    u = kind(1).uniform((50,))
    difference, state = values(u - u, u.update[1])
    assert (difference == 0).all()
    assert state[2] == 1


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


def test_the_other_distributions_are_drawn_by_jax_too(float32):
    pytest.importorskip("jax")
    network3.GPU = True

    def variables():
        r, m = RandomStreams(3), MRG_RandomStreams(3)
        third = np.full((2, 3), 1 / 3, "float32")
        return [
            r.permutation((2,), 5),
            r.random_integers((4,), 2, 9),
            r.choice((3,), 5, replace=False),
            r.multinomial(n=4, pvals=[0.2, 0.8]),
            m.multinomial(n=4, pvals=third),
            m.choice(2, replace=False, p=third),
            m.truncated_normal((4,)),
        ]

    try:
        results = pytensor.function([], variables())()
    finally:
        network3.GPU = False
    for result, truth in zip(results, values(*variables()), strict=True):
        np.testing.assert_allclose(np.asarray(result), truth, rtol=1e-5, atol=1e-6)


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
    "one number as size": (TypeError, "must be a tuple or a vector", lambda s: s.uniform(5)),
    "a float in a size": (TypeError, r"got 2\.0 as a size", lambda s: s.uniform((2, 2.0))),
    "a float variable": (TypeError, "needs an integer", lambda s: s.uniform((T.fscalar(),))),
    "a vector of any length": (TypeError, "give ndim", lambda s: s.uniform(T.lvector("v"))),
    "a negative size": (ValueError, "-3", lambda s: s.uniform((2, -3), np.zeros(()))),
    "ndim of another size": (ValueError, "got ndim = 3", lambda s: s.uniform((1, 3), ndim=3)),
    "larger parameters": (ValueError, "do not fit", lambda s: s.uniform((1, 3), np.ones((2, 3)))),
    "more dimensions": (ValueError, "at least as many", lambda s: s.uniform((3,), np.ones((2, 3)))),
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
    with pytest.raises(ValueError, match="only 3 to choose from"):
        streams.choice((4,), 3, replace=False)
    with pytest.raises(TypeError, match="must be True or False"):
        streams.choice((4,), 3, replace=T.bscalar())
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
        why = (
            rf"\(mean\) of the \w+.{name}}}? op is .*No gradient defined through raw random numbers"
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
    assert streams[u.rng].tolist() == u.rng.get_value().tolist()
    assert randomstate_constructor(np.random.RandomState(8)).get_value()[3] == 0


def test_draws_of_raw_random_are_functions_of_a_state():
    state = raw_random.random_state_type()
    after, drawn = raw_random.uniform(state, (4,))
    f = pytensor.function([state], [after, drawn], mode="FAST_COMPILE")
    start = np.array([1, 2, 0, 0], "uint32")
    following, first = f(start)
    assert following.tolist() == [1, 2, 1, 0]
    assert (f(start)[1] == first).all()
    assert (f(following)[1] != first).all()


def test_an_absent_name_says_what_to_use():
    with pytest.raises(AttributeError, match="RandomFunction: give RandomStreams.gen a function"):
        _ = raw_random.RandomFunction


def test_the_old_name_of_choice_warns():
    with pytest.warns(UserWarning, match="deprecated, use choice"):
        drawn = MRG_RandomStreams(1).multinomial_wo_replacement(n=2, pvals=np.ones((4, 3)) / 3)
    assert values(drawn)[0].shape == (4, 2)
