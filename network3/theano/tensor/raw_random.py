"""theano.tensor.raw_random: draws as functions of a state, each with the state that follows.

A state is a variable whose value is a `numpy.random.RandomState`. The numbers are Theano's, digit
for digit: NumPy's legacy generator draws them.
"""

import operator
import sys
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.compile import optdb
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.rewriting.basic import copy_stack_trace, dfs_rewriter, node_rewriter
from pytensor.scalar import upcast
from pytensor.tensor.exceptions import NotScalarConstantError
from pytensor.tensor.type import TensorType, discrete_dtypes
from pytensor.tensor.variable import TensorVariable

from network3.ops.random_states import RandomFunction, RandomStateType, random_state_type
from network3.theano import absent

__all__ = [
    "RandomFunction",
    "RandomStateType",
    "RandomStreamsBase",
    "binomial",
    "choice",
    "choice_helper",
    "multinomial",
    "multinomial_helper",
    "normal",
    "permutation",
    "permutation_helper",
    "poisson",
    "random_integers",
    "random_integers_helper",
    "random_make_inplace",
    "random_state_type",
    "uniform",
]

Drawn = tuple[Variable, TensorVariable]


def uniform(random_state, size=None, low=0.0, high=1.0, ndim=None, dtype=None) -> Drawn:
    """The next state, and numbers from `low` to `high`.

    Parameters
    ----------
    random_state : variable of type `random_state_type`
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
    low, high = map(T.as_tensor_variable, (low, high))
    dtype = dtype or upcast(pytensor.config.floatX, low.dtype, high.dtype)
    return _drawn("uniform", random_state, sizes_of(size, ndim, low, high), dtype, low, high)


def normal(random_state, size=None, avg=0.0, std=1.0, ndim=None, dtype=None) -> Drawn:
    """The next state, and normal numbers with mean `avg` and standard deviation `std`.

    The other arguments are those of `uniform`.
    """
    avg, std = map(T.as_tensor_variable, (avg, std))
    dtype = dtype or upcast(pytensor.config.floatX, avg.dtype, std.dtype)
    return _drawn("normal", random_state, sizes_of(size, ndim, avg, std), dtype, avg, std)


def binomial(random_state, size=None, n=1, p=0.5, ndim=None, dtype="int64", prob=None) -> Drawn:
    """The next state, and numbers of successes in `n` trials with probability `p`.

    `n` and `p` are numbers or variables, broadcast to the shape; `prob` is an old name of `p`. The
    other arguments are those of `uniform`.
    """
    if prob is not None:
        print(
            "DEPRECATION WARNING: the parameter prob of binomial is now called p", file=sys.stderr
        )
        p = prob
    n, p = map(T.as_tensor_variable, (n, p))
    sizes = sizes_of(size, ndim, n, p)
    outtype = TensorType(dtype, shape=tuple(None if n == 1 else n for n in _static(sizes)))
    return RandomFunction("binomial", outtype)(random_state, _vector(sizes), n, p)


def multinomial(random_state, size=None, n=1, pvals=(0.5, 0.5), ndim=None, dtype="int64") -> Drawn:
    """The next state, and how often each of L outcomes comes in `n` trials.

    Parameters
    ----------
    n : integers, broadcast to the shape
    pvals : (..., L)
        Probabilities, along the last dimension; what is missing to 1 goes to the last outcome.
    size, ndim, dtype
        As for `uniform`. The result has one dimension more, of length L.
    """
    n, pvals = map(T.as_tensor_variable, (n, pvals))
    sizes = sizes_of(size, ndim, n, pvals[..., 0])
    outtype = TensorType(dtype, shape=(*_static(sizes), pvals.type.shape[-1]))
    op = RandomFunction(multinomial_helper, outtype, ndim_added=1)
    return op(random_state, _vector(sizes), n, pvals)


def multinomial_helper(random_state, n, pvals, size) -> np.ndarray:
    """Counts (*size, L) of `n` trials (broadcast to size), drawn from a RandomState row by row.

    A row of `pvals` (..., L) that sums to a little more than 1, or ends in a probability near 0, is
    first made a little smaller, as Theano does.

    Raises
    ------
    AssertionError
        For a probability below 0, or a row whose sum is above 1.
    """
    if size is None:
        size = np.broadcast_shapes(n.shape, pvals.shape[:-1])
    assert np.all(pvals >= 0), "multinomial got a probability below 0"
    n = np.broadcast_to(n, size)
    pvals = np.broadcast_to(pvals, (*size, pvals.shape[-1]))
    counts = np.empty(pvals.shape)
    for row in np.ndindex(*size):
        p, total = pvals[row], np.sum(pvals[row])
        if 1.0 < total < 1.0 + 1e-5 or p[-1] < 5e-5:
            p = p * (1.0 - 5e-5)
            total = np.sum(p)
        assert total <= 1.0, f"multinomial got probabilities whose sum is {total}"
        counts[row] = random_state.multinomial(int(n[row]), p.astype("float64"))
    return counts


def choice(random_state, size=None, a=2, replace=True, p=None, ndim=None, dtype="int64") -> Drawn:
    """The next state, and elements of `a`.

    Parameters
    ----------
    size : tuple of ints and integer variables, or an integer vector
    a : vector, or number
        A number stands for 0 ... a - 1.
    replace : bool
        Whether an element may come more than once.
    p : vector of probabilities, of the length of `a`
        None: all are as likely as each other.
    ndim, dtype
        As for `uniform`.

    Raises
    ------
    TypeError
        Without a size.
    ValueError
        For `a` or `p` with other dimensions, or more elements than there are, without `replace`.
    """
    a = T.as_tensor_variable(a)
    if not isinstance(replace, Variable):
        replace = T.constant(replace, dtype="int8")
    is_given = isinstance(p, Variable | np.ndarray) or p  # 0 and an empty list stand for None
    p = T.as_tensor_variable(p if is_given else np.empty(0))
    if a.type.ndim > 1 or p.type.ndim != 1:
        raise ValueError(
            f"choice got a with {a.type.ndim} dimensions and p with {p.type.ndim}: a must be a "
            "number or a vector, p a vector"
        )
    sizes = sizes_of(size, ndim)
    op = RandomFunction(choice_helper, TensorType(dtype, shape=_static(sizes)))
    return op(random_state, _vector(sizes), a, replace, p)


def choice_helper(random_state, a, replace, p, size) -> np.ndarray:
    """Elements of `a`, drawn from a RandomState; `p` of length 0 stands for None."""
    return random_state.choice(a, size, bool(replace), p if p.size else None)


def poisson(random_state, size=None, lam=1.0, ndim=None, dtype="int64") -> Drawn:
    """The next state, and counts of a Poisson distribution with mean `lam`.

    The other arguments are those of `uniform`, but `size` must be given.
    """
    if lam is None:
        raise TypeError("poisson needs lam, the mean of its counts")
    return _drawn("poisson", random_state, sizes_of(size, ndim), dtype, T.as_tensor_variable(lam))


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
    sizes, n = sizes_of(size, ndim), _size(n)
    op = RandomFunction(
        permutation_helper, TensorType(dtype, shape=_static([*sizes, n])), ndim_added=1
    )
    return op(random_state, _vector(sizes), n)


def permutation_helper(random_state, n, shape) -> np.ndarray:
    """Permutations (*shape, n) of 0 ... n - 1, drawn from a RandomState one by one."""
    permutations = np.empty((*(shape or ()), int(n)), "int64")
    for place in np.ndindex(permutations.shape[:-1]):
        permutations[place] = random_state.permutation(int(n))
    return permutations


def random_integers(random_state, size=None, low=0, high=1, ndim=None, dtype="int64") -> Drawn:
    """The next state, and integers from `low` to `high`, both included.

    The other arguments are those of `uniform`.

    Raises
    ------
    ValueError
        For `low` above `high`, where they are numbers.
    """
    low, high = map(T.as_tensor_variable, (low, high))
    sizes = sizes_of(size, ndim, low, high)
    if isinstance(low, Constant) and isinstance(high, Constant) and np.any(low.data > high.data):
        raise ValueError(f"random_integers got low = {low.data}, which is above high = {high.data}")
    return _drawn(random_integers_helper, random_state, sizes, dtype, low, high)


def random_integers_helper(random_state, low, high, size) -> np.ndarray:
    """Integers from `low` to `high`, drawn from a RandomState; as floats, as in Theano."""
    if size is None:
        size = np.broadcast_shapes(low.shape, high.shape)
    if low.ndim == high.ndim == 0 and int(high) - int(low) < 2**32 - 1:
        # One call draws the same words as one for each number.
        return random_state.randint(int(low), int(high) + 1, size).astype("float64")
    integers, low, high = np.empty(size), np.broadcast_to(low, size), np.broadcast_to(high, size)
    for place in np.ndindex(integers.shape):
        integers[place] = random_state.randint(int(low[place]), int(high[place]) + 1)
    return integers


@node_rewriter([RandomFunction])
def random_make_inplace(fgraph, node):
    """A draw that advances its state itself, in the place of one that advances a copy."""
    op = node.op
    if op.inplace:
        return False
    inplace = RandomFunction(op.fn, op.outtype, inplace=True, ndim_added=op.ndim_added)
    outputs = inplace.make_node(*node.inputs).outputs
    copy_stack_trace(node.outputs, outputs)
    return outputs


optdb.register(
    "theano_random_make_inplace",  # PyTensor has one for its own random variables
    dfs_rewriter(random_make_inplace, ignore_newtrees=True),
    "fast_run",
    "inplace",
    position=99,
)


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


def _drawn(fn, state, sizes, dtype, *arguments):
    """The next state and the numbers of a draw with a size that is known in the graph."""
    op = RandomFunction(fn, TensorType(dtype, shape=_static(sizes)))
    return op(state, _vector(sizes), *arguments)


def _static(sizes):
    return tuple(size if isinstance(size, int) else None for size in sizes)


def _vector(sizes):
    """Sizes as an int64 vector."""
    if all(isinstance(size, int) for size in sizes):
        return T.constant(np.array(sizes, "int64"))
    return T.stack([T.cast(size, "int64") for size in sizes])


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


__getattr__ = absent.names(__name__)
