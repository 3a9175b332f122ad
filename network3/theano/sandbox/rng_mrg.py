"""theano.sandbox.rng_mrg: random variables that draw anew at every call.

A `MRG_RandomStreams` goes from stream to stream as Theano's does, with the generator MRG31k3p of
L'Ecuyer and Touzin; numbers are drawn by Philox, keyed by the stream's six numbers, so that they
differ from Theano's.
"""

import warnings

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.scalar import upcast
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import set_default_update
from network3.ops.philox_words import following
from network3.ops.random_numbers import (
    normal_numbers,
    truncated_normal_numbers,
    uniform_numbers,
)
from network3.theano import absent
from network3.theano.sandbox import multinomial
from network3.theano.tensor.raw_random import (
    drawing_dtype,
    outcomes,
    parameters,
    placed,
    sizes_of,
)
from network3.theano.tensor.shared_randomstreams import shared_state

__all__ = ["M1", "M2", "MRG_RandomStreams", "multinomial"]

M1 = 2147483647
M2 = 2147462579

# One step of the two recurrences of MRG31k3p, as matrices that act on three numbers.
STEP1 = ((0, 2**22, 2**7 + 1), (1, 0, 0), (0, 1, 0))
STEP2 = ((2**15, 0, 2**15 + 1), (1, 0, 0), (0, 1, 0))

TRUNCATED_STD = 0.87962566103423978  # of normal numbers between -2 and 2


class MRG_RandomStreams:
    """Random variables, each with a stream of its own.

    A function that is compiled from them draws anew at every call. Streams with one seed are alike,
    variable by variable in the order in which they are made, on every backend; their numbers are
    not Theano's.

    Parameters
    ----------
    seed : int from 1 to M2 - 1, or six ints
    use_cuda : ignored
        Of older Theanos: numbers are drawn where the function computes.

    Raises
    ------
    ValueError
        For a seed out of its range.
    TypeError
        For another seed.
    """

    def __init__(self, seed=12345, use_cuda=None):
        self.state_updates: list[tuple] = []
        self.default_instance_seed = seed
        self.set_rstate(seed)

    def updates(self) -> list[tuple]:
        """Tuples that begin with a state and the state that follows."""
        return list(self.state_updates)

    def set_rstate(self, seed) -> None:
        """Goes to the stream that `seed` begins: `rstate`, six int32."""
        self.rstate = _six_numbers(seed)

    def seed(self, seed=None) -> None:
        """Begins all streams anew, those of compiled functions too, by `seed` (None: the seed that
        the streams were made with)."""
        self.set_rstate(self.default_instance_seed if seed is None else seed)
        for state, *_ in self.state_updates:
            state.set_value(self._next_state(), borrow=True)

    def inc_rstate(self) -> None:
        """Goes to the next stream, 2**134 steps on."""
        self.rstate = _stepped(self.rstate, 134)

    def get_substream_rstates(self, n_streams, dtype, inc_rstate=True) -> np.ndarray:
        """int32 (n_streams, 6): places in this stream that lie 2**72 steps apart; then goes to the
        next stream. `dtype` is not looked at."""
        rows = [self.rstate]
        for _ in range(n_streams - 1):
            rows.append(_stepped(rows[-1], 72))
        if inc_rstate:
            self.inc_rstate()
        return np.stack(rows)

    def uniform(
        self, size, low=0.0, high=1.0, ndim=None, dtype=None, nstreams=None, **kwargs
    ) -> TensorVariable:
        """Numbers between `low` and `high`, both excluded.

        Parameters
        ----------
        size : tuple of positive ints and integer variables, or an integer vector
        low, high : numbers or variables, broadcast to the shape
        ndim : int
            The number of dimensions, where `size` is a vector whose length is not known.
        dtype : str
            None: floatX, or a larger float where `low` or `high` has one.
        nstreams, target
            Theano's; they change nothing here.

        Raises
        ------
        TypeError
            For sizes that are no integers, or whose number is not known.
        ValueError
            For a size that is not positive, or that `low` and `high` do not fit.
        """
        _only_target("uniform", kwargs)
        low, high = parameters("MRG_RandomStreams.uniform", low, high)
        sizes = _sizes("uniform", size, ndim, low, high)
        dtype = dtype or upcast(pytensor.config.floatX, low.dtype, high.dtype)

        def draw(state):
            u = uniform_numbers(state, *sizes, dtype=drawing_dtype(dtype))
            return placed(u, high - low, low, dtype, sizes)

        return self._drawn(draw, size, nstreams)

    def binomial(
        self, size=None, n=1, p=0.5, ndim=None, dtype="int64", nstreams=None, **kwargs
    ) -> TensorVariable:
        """1 with probability `p`, else 0.

        Raises
        ------
        NotImplementedError
            For `n` other than 1. `RandomStreams.binomial` has it.
        """
        if isinstance(n, Variable) or n != 1:
            raise NotImplementedError(
                f"MRG_RandomStreams.binomial got n = {n}, it is there for 1 only: "
                "theano.tensor.shared_randomstreams.RandomStreams.binomial takes any"
            )
        (p,) = parameters("MRG_RandomStreams.binomial", p)
        u = self.uniform(size, ndim=ndim, nstreams=nstreams, **kwargs)
        return _updated_as(u, T.cast(T.lt(u, p), dtype))

    def multinomial(
        self, size=None, n=1, pvals=None, ndim=None, dtype="int64", nstreams=None, **kwargs
    ) -> TensorVariable:
        """How often each of L outcomes comes in `n` trials, (B, L).

        Parameters
        ----------
        n : int or integer variable
        pvals : (B, L)
            Probabilities of the outcomes. What is missing to 1 goes to no outcome.
        dtype : str
            "auto": that of `pvals`.
        size, ndim : None

        Raises
        ------
        TypeError
            Without `pvals`.
        ValueError
            For `size` or `ndim`.
        NotImplementedError
            For `pvals` with other than two dimensions.
        """
        _only_target("multinomial", kwargs)
        pvals = _matrix("multinomial", "pvals", pvals, size=size, ndim=ndim)

        def draw(state):
            sizes = sizes_of((pvals.shape[0],), None)
            counts = outcomes(
                state, sizes, T.as_tensor_variable(n), T.cumsum(pvals, axis=1), _floatX()
            )
            return T.cast(counts, pvals.dtype if dtype == "auto" else dtype)

        return self._drawn(draw, size, nstreams)

    def choice(
        self,
        size=1,
        a=None,
        replace=True,
        p=None,
        ndim=None,
        dtype="int64",
        nstreams=None,
        **kwargs,
    ) -> TensorVariable:
        """The numbers of `size` different outcomes in each row, (B, size), in the order drawn.

        Parameters
        ----------
        size : int or integer variable
        replace : False
        p : (B, L)
            Probabilities of the outcomes. Where fewer than `size` have any, -1 takes the place of
            the others.
        a, ndim : None

        Raises
        ------
        NotImplementedError
            For `replace`, which is the default, and for `p` with other than two dimensions.
        TypeError
            For `a`, and without `p`.
        ValueError
            For `ndim`, and where `size` is more than L.
        """
        _only_target("choice", kwargs)
        if replace:
            raise NotImplementedError(
                "MRG_RandomStreams.choice got replace = True, it only draws without replacement: "
                "theano.tensor.shared_randomstreams.RandomStreams.choice takes both"
            )
        if a is not None:
            raise TypeError(
                f"MRG_RandomStreams.choice got a = {a}: it draws from the columns of p, leave a out"
            )
        p = _matrix("choice", "p", p, ndim=ndim)
        there = p.type.shape[1]
        if there is not None and not isinstance(size, Variable) and size > there:
            raise ValueError(
                f"MRG_RandomStreams.choice got size = {size} but only {there} outcomes to draw from"
            )

        def draw(state):
            u = uniform_numbers(
                state, *sizes_of((p.shape[0], p.shape[1]), None), dtype=drawing_dtype(_floatX())
            )
            # Clocks of rates p that ring at random: their order is that of draws one by one.
            rings = T.switch(T.gt(p, 0), -T.log(u) / p, np.inf)
            order = T.argsort(rings, axis=1)[:, :size]
            never = T.isinf(T.take_along_axis(rings, order, axis=1))
            return T.cast(T.switch(never, -1, order), "int64" if dtype == "auto" else dtype)

        return self._drawn(draw, size, nstreams)

    def multinomial_wo_replacement(
        self, size=None, n=1, pvals=None, ndim=None, dtype="int64", nstreams=None, **kwargs
    ) -> TensorVariable:
        """An old name of `choice` without replacement, `n` of its outcomes; warns."""
        warnings.warn(
            "MRG_RandomStreams.multinomial_wo_replacement is deprecated, use choice", stacklevel=2
        )
        if size is not None:
            raise ValueError(
                f"MRG_RandomStreams.multinomial_wo_replacement got size = {size}: leave it out"
            )
        return self.choice(
            n, replace=False, p=pvals, ndim=ndim, dtype=dtype, nstreams=nstreams, **kwargs
        )

    def normal(
        self,
        size,
        avg=0.0,
        std=1.0,
        ndim=None,
        dtype=None,
        nstreams=None,
        truncate=False,
        **kwargs,
    ) -> TensorVariable:
        """Normal numbers with mean `avg` and standard deviation `std`.

        `size` may also be one int. With `truncate`, only those within two standard deviations of
        the mean, so that theirs is less. The other arguments are those of `uniform`.
        """
        _only_target("normal", kwargs)
        avg, std = parameters("MRG_RandomStreams.normal", avg, std)
        one = isinstance(size, int | np.integer) or (
            isinstance(size, Variable) and size.type.ndim == 0
        )
        sizes = _sizes("normal", (size,) if one else size, ndim, avg, std)
        dtype = dtype or upcast(pytensor.config.floatX, avg.dtype, std.dtype)

        def draw(state):
            drawing = drawing_dtype(dtype)
            if truncate:
                z = truncated_normal_numbers(state, *sizes, bound=2, dtype=drawing)
            else:
                z = normal_numbers(state, *sizes, dtype=drawing)
            return placed(z, std, avg, dtype, sizes)

        return self._drawn(draw, size, nstreams)

    def truncated_normal(
        self, size, avg=0.0, std=1.0, ndim=None, dtype=None, nstreams=None, **kwargs
    ) -> TensorVariable:
        """Normal numbers without their ends, with mean `avg` and standard deviation `std`: they
        come from a normal distribution of a larger deviation, within two of it."""
        return self.normal(
            size,
            avg,
            std / T.constant(TRUNCATED_STD, dtype=_floatX()),
            ndim=ndim,
            dtype=dtype,
            nstreams=nstreams,
            truncate=True,
            **kwargs,
        )

    def _drawn(self, draw, size, nstreams):
        """The variable that `draw(state)` makes, on the next stream."""
        state = shared_state(self._next_state())
        drawn = draw(state)
        drawn.rstate = state
        drawn.update = (state, following(state))
        self.state_updates.append((*drawn.update, size, nstreams))
        set_default_update(*drawn.update)
        return drawn

    def _next_state(self):
        key = np.random.SeedSequence(self.rstate.tolist()).generate_state(2)
        self.inc_rstate()
        return np.append(key, np.zeros(2, np.uint32))


def _six_numbers(seed) -> np.ndarray:
    if isinstance(seed, int | np.integer):
        seed = 6 * [seed]
    if not isinstance(seed, tuple | list | np.ndarray) or len(seed) != 6:
        raise TypeError(f"MRG_RandomStreams got the seed {seed!r}: it must be one int or six")
    for numbers, limit in ((seed[:3], M1), (seed[3:], M2)):
        if not all(0 <= number < limit for number in numbers) or not any(numbers):
            raise ValueError(
                f"MRG_RandomStreams got the seed {list(seed)}: three numbers of it must be from 0 "
                f"to {limit - 1}, and not all 0, but are {list(numbers)}"
            )
    return np.asarray(seed, dtype="int32")


def _stepped(rstate, doublings):
    """The generator's six numbers after 2**doublings steps."""
    halves = []
    for step, numbers, modulus in ((STEP1, rstate[:3], M1), (STEP2, rstate[3:], M2)):
        power = np.array(step, dtype=object)  # Python's integers, which do not overflow
        for _ in range(doublings):
            power = power.dot(power) % modulus
        halves.append(power.dot(np.array([int(x) for x in numbers], dtype=object)) % modulus)
    return np.concatenate(halves).astype("int32")


def _floatX() -> str:
    return pytensor.config.floatX


def _updated_as(drawn, derived):
    derived.rstate, derived.update = drawn.rstate, drawn.update
    return derived


def _only_target(method, kwargs):
    others = sorted(set(kwargs) - {"target"})
    if others:
        raise TypeError(f"MRG_RandomStreams.{method} got unexpected arguments: {', '.join(others)}")


def _sizes(method, size, ndim, *given):
    if size is None:
        raise TypeError(
            f"MRG_RandomStreams.{method} got size = None: it must be a tuple of ints and integer "
            "variables, or an integer vector"
        )
    sizes = size if isinstance(size, tuple | list) else ()
    if any(not isinstance(n, Variable) and n <= 0 for n in sizes):
        raise ValueError(f"MRG_RandomStreams.{method} got the size {size}: all must be above 0")
    return sizes_of(size, ndim, *given)


def _matrix(method, name, value, **unused):
    for argument, given in unused.items():
        if given is not None:
            raise ValueError(
                f"MRG_RandomStreams.{method} got {argument} = {given}: it follows from {name}, "
                "leave it out"
            )
    if value is None:
        raise TypeError(f"MRG_RandomStreams.{method} needs {name}")
    (matrix,) = parameters(f"MRG_RandomStreams.{method}", value)
    if matrix.type.ndim != 2:
        raise NotImplementedError(
            f"MRG_RandomStreams.{method} got {name} with {matrix.type.ndim} dimensions, it needs 2"
        )
    return matrix


__getattr__ = absent.names(
    __name__,
    {
        "DotModulo": "numbers are drawn by Philox; MRG_RandomStreams draws them",
        "MASK12": "numbers are drawn by Philox; MRG_RandomStreams draws them",
        "mrg_uniform": "MRG_RandomStreams(seed).uniform",
        "mrg_uniform_base": "MRG_RandomStreams(seed).uniform",
        "guess_n_streams": "leave nstreams out, it changes nothing",
    },
)
