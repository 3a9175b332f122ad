"""theano.sandbox.rng_mrg: random variables that draw anew at every call, by MRG31k3p."""

import warnings

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.compile import optdb
from pytensor.gradient import undefined_grad
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.rewriting.basic import copy_stack_trace, dfs_rewriter, node_rewriter
from pytensor.scalar import upcast
from pytensor.tensor.type import discrete_dtypes
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import set_default_update
from network3.ops import mrg_uniform as generator
from network3.ops.as_array import as_array
from network3.ops.outcomes import chosen_outcomes
from network3.theano import absent
from network3.theano.sandbox import multinomial
from network3.theano.sandbox.mrg_states import M1, M2, next_stream, six_numbers, substreams
from network3.theano.tensor.raw_random import sizes_of

__all__ = [
    "M1",
    "M2",
    "MRG_RandomStreams",
    "guess_n_streams",
    "mrg_random_make_inplace",
    "multinomial",
]

MOST_ROWS = 60 * 256

TRUNCATED_STD = 0.87962566103423978  # of normal numbers between -2 and 2


class MRG_RandomStreams:
    """Random variables, each with a stream of its own.

    A function that is compiled from them draws anew at every call. The numbers are those of Theano
    as it was compiled by g++, the same on every backend: uniform numbers, and what is decided by
    them, to the bit; normal numbers to the rounding of logarithms and cosines.

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
        """Tuples of a state, the state that follows, the size, and `nstreams` as it was given."""
        return list(self.state_updates)

    def set_rstate(self, seed) -> None:
        """Goes to the stream that `seed` begins: `rstate`, six int32."""
        self.rstate = six_numbers(seed)

    def seed(self, seed=None) -> None:
        """Begins all streams anew, those of compiled functions too, by `seed` (None: the seed that
        the streams were made with)."""
        self.set_rstate(self.default_instance_seed if seed is None else seed)
        for state, _, size, nstreams in self.state_updates:
            rows = nstreams or self.n_streams(size)
            state.set_value(self.get_substream_rstates(rows, state.dtype), borrow=True)

    def inc_rstate(self) -> None:
        """Goes to the next stream, 2**134 steps on."""
        self.rstate = next_stream(self.rstate)

    def get_substream_rstates(self, n_streams, dtype, inc_rstate=True) -> np.ndarray:
        """int32 (n_streams, 6): places in this stream that lie 2**72 steps apart; then goes to the
        next stream. `dtype` is not looked at."""
        rows = substreams(self.rstate, n_streams)
        if inc_rstate:
            self.inc_rstate()
        return rows

    def n_streams(self, size) -> int:
        """How many rows of a stream draw numbers of a size, if `nstreams` does not say it."""
        return guess_n_streams(size)

    def uniform(
        self, size, low=0.0, high=1.0, ndim=None, dtype=None, nstreams=None, **kwargs
    ) -> TensorVariable:
        """Numbers between `low` and `high`.

        Parameters
        ----------
        size : tuple of positive ints and integer variables, or an integer vector
        low, high : numbers or variables, broadcast to the shape
        ndim : int
            The number of dimensions, where `size` is a vector whose length is not known.
        dtype : str
            None: floatX, or a larger float where `low` or `high` has one.
        nstreams : int
            The rows of the stream's state, which take turns. None: see `guess_n_streams`.
        target : ignored

        Raises
        ------
        TypeError
            For sizes that are no integers, or whose number is not known.
        ValueError
            For a size that is not positive.
        NotImplementedError
            For `low` and `high` that do not fit the size.
        """
        _only_target("uniform", kwargs)
        if not isinstance(size, tuple | Variable):
            raise TypeError(
                f"MRG_RandomStreams.uniform got size = {size!r}: it must be a tuple of ints and "
                "integer variables, or an integer vector"
            )
        low, high = map(_argument, (low, high))
        dtype = dtype or upcast(_floatX(), low.dtype, high.dtype)
        drawing = _floatX() if dtype in discrete_dtypes else dtype
        u = self._unit(size, ndim, drawing, nstreams)
        if isinstance(low, Constant) and isinstance(high, Constant):
            scale = T.constant(high.data.astype(drawing) - low.data.astype(drawing))
        else:
            scale = T.cast(high, drawing) - T.cast(low, drawing)
        numbers = _placed(u, scale, low, drawing)
        if numbers.type.broadcastable != u.type.broadcastable:
            raise NotImplementedError(
                f"MRG_RandomStreams.uniform got the size {size} for low and high of the types "
                f"{low.type} and {high.type}: a size must be at least as large as they are"
            )
        return T.cast(numbers, dtype)

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
        u = self.uniform(size, ndim=ndim, nstreams=nstreams, **kwargs)
        return T.cast(T.lt(u, _array(_argument(p))), dtype)

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
        u = self._unit((pvals.shape[0] * n,), None, _floatX(), nstreams)
        return multinomial.MultinomialFromUniform(dtype)(pvals, u, n)

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
        u = self._unit((p.shape[0] * size,), None, _floatX(), nstreams)
        chosen = chosen_outcomes(p, u.reshape((size, p.shape[0])))
        return T.cast(chosen, "int64" if dtype == "auto" else dtype)

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

        `size` may also be one int, or a list. With `truncate`, only those within two standard
        deviations of the mean, so that theirs is less. The other arguments are those of `uniform`.
        """
        _only_target("normal", kwargs)
        avg, std = map(_argument, (avg, std))
        dtype = dtype or upcast(_floatX(), avg.dtype, std.dtype)
        drawing = _floatX() if dtype in discrete_dtypes else dtype
        sizes = _positive("normal", size, ndim)

        # The transformation of Box and Muller, of the first half of the numbers with the second.
        pairs = (_product(sizes) + 1) // 2
        u = self._unit((T.as_tensor_variable(2 * pairs),), None, drawing, nstreams)
        r = T.sqrt(_of(drawing, -2) * T.log(u[:pairs]))
        angle = _of(drawing, 2 * np.pi) * u[pairs:]
        cosine, sine = T.cos(angle), T.sin(angle)
        halves = [(r * cosine, cosine), (r * sine, sine)]
        z = T.concatenate(
            self._truncated(halves, pairs, drawing, nstreams)
            if truncate
            else [numbers for numbers, _ in halves]
        )
        z = z[: _product(sizes)].reshape(sizes, ndim=len(sizes))
        return T.cast(_placed(z, std, avg, drawing), dtype)

    def _truncated(self, halves, pairs, dtype, nstreams):
        """Numbers of Box and Muller, with those beyond 2 drawn again on another radius, after the
        others of their half."""
        beyond = [T.gt(abs(z), _of(dtype, 2)) for z, _ in halves]
        counts = [far.sum() for far in beyond]
        low = _of(dtype, np.exp(-2))
        w = self._unit(
            (T.as_tensor_variable(2 * pairs),), None, dtype, nstreams, count=counts[0] + counts[1]
        )
        radius = T.sqrt(_of(dtype, -2) * T.log(w * (_of(dtype, 1) - low) + low))
        parts = []
        for (z, wave), far, count, first in zip(
            halves, beyond, counts, (0, counts[0]), strict=True
        ):
            number = T.cumsum(T.cast(far, "int64")) - 1  # of those beyond 2
            place = T.switch(far, pairs - count + number, T.arange(pairs) - number - 1)
            z = T.switch(far, radius[first + T.maximum(number, 0)] * wave, z)
            parts.append(T.set_subtensor(T.zeros_like(z)[place], z))
        return parts

    def truncated_normal(
        self, size, avg=0.0, std=1.0, ndim=None, dtype=None, nstreams=None, **kwargs
    ) -> TensorVariable:
        """Normal numbers without their ends, with mean `avg` and standard deviation `std`: they
        come from a normal distribution of a larger deviation, within two of it."""
        std, wider = T.as_tensor_variable(std), T.constant(TRUNCATED_STD, dtype=_floatX())
        return self.normal(
            size,
            avg,
            T.constant(std.data / wider.data) if isinstance(std, Constant) else std / wider,
            ndim=ndim,
            dtype=dtype,
            nstreams=nstreams,
            truncate=True,
            **kwargs,
        )

    def _unit(self, size, ndim, dtype, nstreams, count=None):
        """Numbers between 0 and 1 on the next stream; the first `count`, if that is given."""
        sizes = _positive("uniform", size, ndim)
        rows = nstreams or self.n_streams(size)
        state = pytensor.shared(self.get_substream_rstates(rows, dtype))
        state.tag.is_rng = True
        integers = dtype == "float16"
        like = T.alloc(np.zeros((), "int32" if integers else dtype), *sizes)
        u, following = generator.mrg_uniform(like, state, count)
        if integers:
            u = T.cast(
                ((u & np.int32(0x7FFF)) + np.int32(1)) * np.float64(np.float16(3.0458e-05)), dtype
            )
        u.rstate, u.update = state, (state, following)
        self.state_updates.append((state, following, size, nstreams))
        set_default_update(state, following)
        return u


def guess_n_streams(size, warn=False) -> int:
    """How many rows of a stream draw numbers of a size: a sixth of the numbers, and at most 15360,
    which is also the answer for sizes that are not all ints."""
    if not isinstance(size, tuple | list) or not all(isinstance(n, int) for n in size):
        if warn:
            warnings.warn(
                f"MRG_RandomStreams takes {MOST_ROWS} streams for the size {size}, which is not "
                "known: nstreams=... gives their number",
                stacklevel=2,
            )
        return MOST_ROWS
    numbers = _product(size)
    return min(numbers if numbers <= 6 else numbers // 6, MOST_ROWS)


@node_rewriter([generator.MRGUniform, generator.MRGUniformUpTo])
def mrg_random_make_inplace(fgraph, node):
    """A draw that changes its state, in the place of one that changes a copy."""
    if node.op.in_place:
        return False
    outputs = type(node.op)(in_place=True).make_node(*node.inputs).outputs
    copy_stack_trace(node.outputs, outputs)
    return outputs


optdb.register(
    "mrg_random_make_inplace",
    dfs_rewriter(mrg_random_make_inplace, ignore_newtrees=True),
    "fast_run",
    "inplace",
    position=99,
)


def _floatX() -> str:
    return pytensor.config.floatX


def _placed(drawn, scale, start, dtype):
    """drawn * scale + start, in `dtype`."""
    if _is_number(scale, 1) and _is_number(start, 0):
        return drawn
    return drawn * _array(scale, dtype) + _array(start, dtype)


def _is_number(x, number):
    return isinstance(x, Constant) and x.type.ndim == 0 and x.data == number


def _argument(x):
    """An argument of a draw: no gradient goes through it."""
    x = T.as_tensor_variable(x)
    return x if isinstance(x, Constant) else undefined_grad(x)


def _array(x, dtype=None):
    """An argument in `dtype`, if that is given; a constant as an array."""
    dtype = dtype or x.dtype
    if not isinstance(x, Constant):
        return T.cast(x, dtype)
    x = T.constant(x.data.astype(dtype))
    return as_array(x) if dtype == "float32" else x


def _of(dtype, number):
    return _array(T.constant(number, dtype=dtype))


def _product(sizes):
    product = 1
    for size in sizes:
        product = product * size
    return product


def _only_target(method, kwargs):
    others = sorted(set(kwargs) - {"target"})
    if others:
        raise TypeError(f"MRG_RandomStreams.{method} got unexpected arguments: {', '.join(others)}")


def _positive(method, size, ndim):
    """A size as a list of positive ints and integer variables."""
    if isinstance(size, int | np.integer) or (isinstance(size, Variable) and size.type.ndim == 0):
        size = (size,)
    if not isinstance(size, tuple | list | Variable):
        raise ValueError(
            f"MRG_RandomStreams.{method} got size = {size!r}: it must be an int, a tuple of ints "
            "and integer variables, or an integer vector"
        )
    if not isinstance(size, Variable) and any(not isinstance(n, Variable) and n <= 0 for n in size):
        raise ValueError(f"MRG_RandomStreams.{method} got the size {size}: all must be above 0")
    return sizes_of(size, ndim)


def _matrix(method, name, value, **unused):
    for argument, given in unused.items():
        if given is not None:
            raise ValueError(
                f"MRG_RandomStreams.{method} got {argument} = {given}: it follows from {name}, "
                "leave it out"
            )
    if value is None:
        raise TypeError(f"MRG_RandomStreams.{method} needs {name}")
    matrix = _argument(value)
    if matrix.type.ndim != 2:
        raise NotImplementedError(
            f"MRG_RandomStreams.{method} got {name} with {matrix.type.ndim} dimensions, it needs 2"
        )
    return T.cast(matrix, _floatX()) if matrix.dtype in discrete_dtypes else matrix


__getattr__ = absent.names(
    __name__,
    {
        "DotModulo": "MRG_RandomStreams draws the numbers",
        "MASK12": "MRG_RandomStreams draws the numbers",
        "mrg_uniform": "MRG_RandomStreams(seed).uniform",
        "mrg_uniform_base": "MRG_RandomStreams(seed).uniform",
    },
)
