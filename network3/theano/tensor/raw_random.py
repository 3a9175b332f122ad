"""theano.tensor.raw_random: draws as functions of a state, each with the state that follows.

A state is four uint32: two of key, two that number the calls. Theano's is a RandomState of NumPy's;
the streams differ from Theano's, their distributions do not.
"""

import operator
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.gradient import UndefinedGrad, grad_undefined
from pytensor.graph.basic import Constant, Variable
from pytensor.scalar import upcast
from pytensor.tensor.exceptions import NotScalarConstantError
from pytensor.tensor.type import TensorType, discrete_dtypes
from pytensor.tensor.variable import TensorVariable

from network3.ops.counts import binomial_count, poisson_count
from network3.ops.philox_words import following, philox_words
from network3.ops.random_numbers import normal_numbers, uniform_numbers, whole_numbers
from network3.theano import absent

__all__ = [
    "RandomStreamsBase",
    "binomial",
    "choice",
    "multinomial",
    "normal",
    "permutation",
    "poisson",
    "random_integers",
    "random_state_type",
    "uniform",
]

random_state_type = TensorType("uint32", shape=(4,))

Drawn = tuple[TensorVariable, TensorVariable]


def uniform(random_state, size=None, low=0.0, high=1.0, ndim=None, dtype=None) -> Drawn:
    """The next state, and numbers between `low` and `high`.

    Parameters
    ----------
    random_state : uint32 variable (4,)
    size : tuple of ints and integer variables, or an integer vector
        The shape of the result; -1 stands for the size that `low` and `high` have there. None: the
        shape of `low` and `high` together.
    low, high : numbers or variables, broadcast to the shape
    ndim : int
        The number of dimensions, where `size` is a vector whose length is not known.
    dtype : str
        None: floatX, or a larger float where `low` or `high` has one.

    Raises
    ------
    TypeError
        For sizes that are no integers, or whose number is not known.
    ValueError
        For a negative size, or one that `low` and `high` do not fit.
    """
    low, high = parameters("RandomFunction{uniform}", low, high)
    sizes = sizes_of(size, ndim, low, high)
    dtype = dtype or upcast(pytensor.config.floatX, low.dtype, high.dtype)
    u = _uniform(random_state, sizes, dtype)
    return following(random_state), placed(u, high - low, low, dtype, sizes)


def normal(random_state, size=None, avg=0.0, std=1.0, ndim=None, dtype=None) -> Drawn:
    """The next state, and normal numbers with mean `avg` and standard deviation `std`.

    The other arguments are those of `uniform`.
    """
    avg, std = parameters("RandomFunction{normal}", avg, std)
    sizes = sizes_of(size, ndim, avg, std)
    dtype = dtype or upcast(pytensor.config.floatX, avg.dtype, std.dtype)
    z = normal_numbers(random_state, *sizes, dtype=drawing_dtype(dtype))
    return following(random_state), placed(z, std, avg, dtype, sizes)


def binomial(random_state, size=None, n=1, p=0.5, ndim=None, dtype="int64", prob=None) -> Drawn:
    """The next state, and numbers of successes in `n` trials with probability `p`.

    `n` and `p` are numbers or variables, broadcast to the shape; `prob` is an old name of `p`. The
    other arguments are those of `uniform`.
    """
    n, p = parameters("RandomFunction{binomial}", n, p if prob is None else prob)
    sizes = sizes_of(size, ndim, n, p)
    u = _uniform(random_state, sizes, pytensor.config.floatX)
    successes = T.lt(u, p) if _value(n) == 1 else binomial_count(u, n, p)
    return following(random_state), fitting(T.cast(successes, dtype), sizes)


def multinomial(random_state, size=None, n=1, pvals=(0.5, 0.5), ndim=None, dtype="int64") -> Drawn:
    """The next state, and how often each of L outcomes comes in `n` trials.

    Parameters
    ----------
    n : integers, broadcast to the shape
        Time and memory grow with it.
    pvals : (..., L)
        Probabilities, along the last dimension; what is missing to 1 goes to the last outcome.
    size, ndim, dtype
        As for `uniform`. The result has one dimension more, of length L.
    """
    n, pvals = parameters("RandomFunction{multinomial}", n, pvals)
    sizes = sizes_of(size, ndim, n, pvals[..., 0])
    cumulative = T.cumsum(pvals, axis=-1)
    cumulative = T.set_subtensor(cumulative[..., -1], np.ones((), cumulative.dtype))
    return following(random_state), T.cast(
        outcomes(random_state, sizes, n, cumulative, pytensor.config.floatX), dtype
    )


def choice(random_state, size=None, a=2, replace=True, p=None, ndim=None, dtype="int64") -> Drawn:
    """The next state, and elements of `a`.

    Parameters
    ----------
    a : vector, or number
        A number stands for 0 ... a - 1.
    replace : bool
        Whether an element may come more than once.
    p : vector of probabilities, of the length of `a`
        None: all are as likely as each other.
    size, ndim, dtype
        As for `uniform`, with one number for None.

    Raises
    ------
    TypeError
        For `replace` that is a variable.
    ValueError
        For `a` or `p` with other dimensions, or more elements than there are, without `replace`.
    """
    if isinstance(replace, Variable):
        raise TypeError("choice got a variable for replace, it must be True or False")
    (a,) = parameters("RandomFunction{choice}", a)
    p = None if p is None else parameters("RandomFunction{choice}", p)[0]
    if a.type.ndim > 1 or (p is not None and p.type.ndim != 1):
        raise ValueError(
            f"choice got a with {a.type.ndim} dimensions"
            + ("" if p is None else f" and p with {p.type.ndim}")
            + ": a must be a number or a vector, p a vector"
        )
    sizes = sizes_of(() if size is None else size, ndim)
    count = a if a.type.ndim == 0 else a.shape[0]
    floatX = pytensor.config.floatX
    if not replace:
        chosen = _without_replacement(random_state, sizes, count, p)
    elif p is None:
        chosen = whole_numbers(random_state, *sizes, count=count)
    else:
        u = _uniform(random_state, sizes, floatX)
        chosen = T.ge(u[..., None], T.cumsum(p)[:-1]).sum(axis=-1)
    if a.type.ndim:
        chosen = a[chosen]
    return following(random_state), T.cast(chosen, dtype)


def poisson(random_state, size=None, lam=1.0, ndim=None, dtype="int64") -> Drawn:
    """The next state, and counts of a Poisson distribution with mean `lam`.

    The other arguments are those of `uniform`.
    """
    if lam is None:
        raise TypeError("poisson needs lam, the mean of its counts")
    (lam,) = parameters("RandomFunction{poisson}", lam)
    sizes = sizes_of(size, ndim, lam)
    counts = poisson_count(_uniform(random_state, sizes, pytensor.config.floatX), lam)
    return following(random_state), fitting(T.cast(counts, dtype), sizes)


def permutation(random_state, size=None, n=1, ndim=None, dtype="int64") -> Drawn:
    """The next state, and permutations of 0 ... n - 1 along a last dimension of length `n`.

    `size`, and `ndim` for it, says how many; None: one.

    Raises
    ------
    TypeError
        For `n` that is no integer, and `ndim` above 1 where `size` is None.
    """
    if size is None or (isinstance(size, tuple | list) and not size):
        if ndim not in (None, 1):
            raise TypeError(f"permutation got ndim = {ndim} without size: one permutation has one")
        size, ndim = (), None
    words = philox_words(random_state, *sizes_of(size, ndim), _size(n))
    return following(random_state), T.cast(T.argsort(words, axis=-1), dtype)


def random_integers(random_state, size=None, low=0, high=1, ndim=None, dtype="int64") -> Drawn:
    """The next state, and integers from `low` to `high`, both included.

    The other arguments are those of `uniform`.

    Raises
    ------
    ValueError
        For `low` above `high`, where they are numbers.
    """
    low, high = parameters("RandomFunction{random_integers}", low, high)
    sizes = sizes_of(size, ndim, low, high)
    if isinstance(low, Constant) and isinstance(high, Constant) and np.any(low.data > high.data):
        raise ValueError(f"random_integers got low = {low.data}, which is above high = {high.data}")
    low, high = (T.cast(bound, "int64") for bound in (low, high))
    steps = whole_numbers(random_state, *sizes, count=high - low + 1)
    return following(random_state), fitting(T.cast(low + steps, dtype), sizes)


class RandomStreamsBase:
    """The draws as methods of what has `gen(draw, *arguments)`, which gives the state."""

    def gen(self, op, *args, **kwargs) -> Any:
        raise NotImplementedError

    def binomial(self, size=None, n=1, p=0.5, ndim=None, dtype="int64", prob=None):
        """See `raw_random.binomial`."""
        return self.gen(binomial, size, n, p, ndim=ndim, dtype=dtype, prob=prob)

    def uniform(self, size=None, low=0.0, high=1.0, ndim=None, dtype=None):
        """See `raw_random.uniform`."""
        return self.gen(uniform, size, low, high, ndim=ndim, dtype=dtype)

    def normal(self, size=None, avg=0.0, std=1.0, ndim=None, dtype=None):
        """See `raw_random.normal`."""
        return self.gen(normal, size, avg, std, ndim=ndim, dtype=dtype)

    def random_integers(self, size=None, low=0, high=1, ndim=None, dtype="int64"):
        """See `raw_random.random_integers`."""
        return self.gen(random_integers, size, low, high, ndim=ndim, dtype=dtype)

    def choice(self, size=None, a=2, replace=True, p=None, ndim=None, dtype="int64"):
        """See `raw_random.choice`."""
        return self.gen(choice, size, a, replace, p, ndim=ndim, dtype=dtype)

    def poisson(self, size=None, lam=None, ndim=None, dtype="int64"):
        """See `raw_random.poisson`."""
        return self.gen(poisson, size, lam, ndim=ndim, dtype=dtype)

    def permutation(self, size=None, n=1, ndim=None, dtype="int64"):
        """See `raw_random.permutation`."""
        return self.gen(permutation, size, n, ndim=ndim, dtype=dtype)

    def multinomial(self, size=None, n=1, pvals=(0.5, 0.5), ndim=None, dtype="int64"):
        """See `raw_random.multinomial`."""
        return self.gen(multinomial, size, n, pvals, ndim=ndim, dtype=dtype)

    def shuffle_row_elements(self, input):
        """`input` with the elements of each row (along the last dimension) shuffled, each row for
        itself. The result's attribute `permutation` has the permutations."""
        input = T.as_tensor_variable(input)
        rows = [input.shape[k] for k in range(input.type.ndim)]
        permutation = self.permutation(size=rows[:-1], n=rows[-1])
        shuffled = T.take_along_axis(input, permutation, axis=-1)
        shuffled.permutation = permutation
        return shuffled


def sizes_of(size, ndim, *given) -> list:
    """A shape as a list of ints and integer variables. See `uniform`."""
    if size is None:
        if not given:
            raise TypeError("a draw got size = None, and nothing to take the shape from")
        together = sum(given[1:], start=given[0])
        return _entries(together)
    if isinstance(size, tuple | list):
        if ndim not in (None, len(size)):
            raise ValueError(f"a draw got ndim = {ndim} but a size of {len(size)} numbers: {size}")
        sizes = [
            _borrowed(k - len(size), given) if _is_minus_one(entry) else _size(entry)
            for k, entry in enumerate(size)
        ]
    else:
        sizes = _split(size, ndim)
    for parameter in given:
        if parameter.type.ndim > len(sizes):
            raise ValueError(
                f"a draw got a size of {len(sizes)} numbers for parameters of "
                f"{parameter.type.ndim} dimensions: it needs at least as many"
            )
    return sizes


class Parameter(UndefinedGrad):
    """A parameter of a draw, which no gradient goes through. An error names the draw."""

    __props__ = ("draw", "place")

    def __init__(self, draw: str, place: int):
        self.draw, self.place = draw, place

    def pullback(self, inputs, outputs, cotangents):
        comment = "No gradient defined through raw random numbers op"
        return [grad_undefined(self.draw, self.place, inputs[0], comment)]


def parameters(draw: str, *given) -> list[Any]:
    """Variables that no gradient goes through: the parameters of a draw by its name."""
    variables = enumerate(map(T.as_tensor_variable, given), start=2)  # after the state and the size
    return [x if isinstance(x, Constant) else Parameter(draw, k)(x) for k, x in variables]


def drawing_dtype(dtype: str) -> str:
    """The dtype to draw floats in for a result of `dtype`."""
    if dtype == "float64" or (dtype in discrete_dtypes and pytensor.config.floatX == "float64"):
        return "float64"
    return "float32"


def placed(drawn, scale, start, dtype: str, sizes) -> TensorVariable:
    """drawn * scale + start in `dtype`."""
    if dtype not in discrete_dtypes:
        drawn, scale, start = (T.cast(x, dtype) for x in (drawn, scale, start))
    return fitting(T.cast(drawn * scale + start, dtype), sizes)


def fitting(drawn, sizes) -> TensorVariable:
    """`drawn`, once it is sure that no parameter has made it larger than was asked for."""
    for have, want in zip(drawn.type.shape, sizes, strict=True):
        if isinstance(want, int) and have not in (None, want):
            raise ValueError(
                f"a draw got the size {tuple(sizes)}, which its parameters do not fit: together "
                f"they have the shape {drawn.type.shape}"
            )
    return drawn


def outcomes(state, sizes, n, cumulative, dtype: str) -> TensorVariable:
    """How often each outcome comes in `n` trials, from cumulative probabilities (..., L)."""
    trials = _value(n) if n.type.ndim == 0 else None
    u = uniform_numbers(state, n.max() if trials is None else trials, *sizes, dtype=dtype)
    reached = T.lt(u[..., None], cumulative)
    if n.type.ndim:
        number = T.arange(n.max()).dimshuffle(0, *["x"] * len(sizes))
        reached = T.and_(reached, T.lt(number, n)[..., None])
    reached = reached.sum(axis=0)
    return T.concatenate([reached[..., :1], reached[..., 1:] - reached[..., :-1]], axis=-1)


def _uniform(state, sizes, dtype):
    return uniform_numbers(state, *sizes, dtype=drawing_dtype(dtype))


def _without_replacement(state, sizes, count, p):
    """The order in which exponential clocks of rates `p` ring is that of draws without putting
    back."""
    wanted, there = _product(sizes), _value(count)
    if there is not None and isinstance(wanted, int) and wanted > there:
        raise ValueError(f"choice got a size of {wanted} elements but only {there} to choose from")
    u = uniform_numbers(state, _size(count), dtype=drawing_dtype(pytensor.config.floatX))
    order = T.argsort(u if p is None else -T.log(u) / p)
    return order[:wanted].reshape(sizes, ndim=len(sizes))


def _product(sizes):
    product: Any = 1
    for size in sizes:
        product = product * size
    return product


def _value(variable) -> int | None:
    """The number that a scalar is, where it is constant."""
    try:
        return T.get_underlying_scalar_constant_value(variable).item()
    except NotScalarConstantError:
        return None


def _size(entry):
    """One entry of a shape: an int, or an integer variable."""
    if isinstance(entry, Variable):
        if entry.type.ndim or entry.type.dtype not in discrete_dtypes:
            raise TypeError(f"a draw got a size of type {entry.type}, it needs an integer")
        value = _value(entry)
        return entry if value is None else value
    if isinstance(entry, np.ndarray) and entry.ndim == 0:
        entry = entry[()]
    try:
        number = operator.index(entry)
    except TypeError:
        raise TypeError(f"a draw got {entry!r} as a size, it needs an integer") from None
    if number < 0:
        raise ValueError(f"a draw got the size {number}: it must not be negative")
    return number


def _is_minus_one(entry):
    return not isinstance(entry, Variable) and entry == -1


def _borrowed(k, given):
    """The size of the parameters in a dimension counted from the end."""
    there = [x for x in given if x.type.ndim >= -k]
    if not there:
        raise ValueError(
            "a draw got the size -1 where no parameter has a dimension to take it from"
        )
    for x in there:
        if not x.type.broadcastable[k]:
            return _entries(x)[k]
    return 1


def _entries(x):
    return [x.shape[k] if size is None else size for k, size in enumerate(x.type.shape)]


def _split(size, ndim):
    """A vector of sizes, entry by entry."""
    vector = T.as_tensor_variable(size)
    if vector.type.ndim != 1 or vector.type.dtype not in discrete_dtypes:
        raise TypeError(
            f"a draw got a size of type {vector.type}: it must be a tuple or a vector of integers"
        )
    if ndim is None:
        try:
            ndim = T.get_vector_length(vector)
        except ValueError:
            raise TypeError(
                f"a draw got the vector {vector} as size, whose length is not known: give ndim"
            ) from None
    return [_size(vector[k]) for k in range(ndim)]


__getattr__ = absent.names(
    __name__,
    {
        "RandomFunction": "give RandomStreams.gen a function of a state, like raw_random.uniform",
        "RandomStateType": "a state is four uint32: theano.tensor.raw_random.random_state_type",
        "choice_helper": "theano.tensor.raw_random.choice",
        "multinomial_helper": "theano.tensor.raw_random.multinomial",
        "permutation_helper": "theano.tensor.raw_random.permutation",
        "random_integers_helper": "theano.tensor.raw_random.random_integers",
        "random_make_inplace": "there is nothing to rewrite, states are four numbers",
    },
)
