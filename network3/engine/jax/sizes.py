"""Compute sizes with NumPy while JAX traces a function.

JAX compiles for arrays of known shapes, and needs a number for every size: in reshapes, slices,
allocations and loops. PyTensor passes the sizes of arrays as numbers, but anything computed from
them, such as ``2 * x.shape[0] + 1``, becomes a traced value, which is known only when the function
runs. Here arithmetic with numbers alone is computed at once by NumPy, so its result is a number
too.

This replaces PyTensor's conversion of graphs, including inner graphs. Graphs that PyTensor could
compile before give the same results.
"""

import jax
import jax.numpy as jnp
import numpy as np
from pytensor.graph.basic import Constant
from pytensor.graph.fg import AbstractFunctionGraph
from pytensor.link.jax.dispatch import jax_funcify, jax_typify
from pytensor.raise_op import CheckAndRaise
from pytensor.scalar.basic import ScalarOp
from pytensor.tensor.basic import (
    ARange,
    Join,
    MakeVector,
    Nonzero,
    ScalarFromTensor,
    Split,
    TensorFromScalar,
)
from pytensor.tensor.elemwise import CAReduce, DimShuffle, Elemwise
from pytensor.tensor.random.op import RandomVariable
from pytensor.tensor.shape import Reshape, Shape
from pytensor.tensor.subtensor import IncSubtensor, Subtensor
from pytensor.tensor.type import discrete_dtypes

from network3.kernels.pytensor_versions import (
    AdvancedIncSubtensor1,
    IfElse,
    LazyIfElse,
    fgraph_to_python,
    split_axis,
)
from network3.ops.random_states import RandomFunction

ARITHMETIC = (
    *(Elemwise, ScalarOp, CAReduce, MakeVector, Join, Subtensor, IncSubtensor, DimShuffle),
    *(ScalarFromTensor, TensorFromScalar),
)
# Operators that take a vector of sizes.
TAKE_SIZES = Reshape | Split | RandomVariable | RandomFunction | IfElse
MANY = 64  # an array with more numbers than this holds data, not sizes


@jax_funcify.register(AbstractFunctionGraph)
def _function(fgraph, node=None, fgraph_name="jax_funcified_fgraph", **kwargs):
    return fgraph_to_python(
        fgraph, _step, type_conversion_fn=jax_typify, fgraph_name=fgraph_name, **kwargs
    )


class UnknownSizeError(TypeError):
    """JAX does not know a size while it traces a function.

    PyTensor raises the errors of a compiled graph again and names the last node of the graph as the
    cause. Therefore only the first line is kept, which names the operator that needs the size.
    """

    def __init__(self, sentence: str):
        super().__init__(sentence.partition("\n")[0])


def _step(op, node=None, **kwargs):
    """Return a function that computes `node` with JAX, or with NumPy if all inputs are known."""
    traced = jax_funcify(op, node=node, **kwargs)
    constants = [x.data if isinstance(x, Constant) else None for x in node.inputs]
    arithmetic = isinstance(op, ARITHMETIC) and all(x.type.ndim <= 1 for x in node.outputs)
    if arithmetic:
        op.prepare_node(node, None, None, "py")

    # AdvancedIncSubtensor1 reads the `ndim` of its value, which Python's numbers lack.
    arrays = (np.ndarray, int, float) if isinstance(op, AdvancedIncSubtensor1) else np.ndarray

    def step(*values):
        numbers = [v if c is None else c for v, c in zip(values, constants, strict=True)]
        if arithmetic and all(_known(number) for number in numbers):
            return _computed(node, numbers)
        if not isinstance(op, TAKE_SIZES):
            numbers = [jnp.asarray(v) if isinstance(v, arrays) else v for v in values]
        try:
            return traced(*numbers)
        except (TypeError, IndexError) as error:
            if not any(word in str(error) for word in ("concrete", "Concrete", "static")):
                raise
            raise UnknownSizeError(
                f"{op} got a size that is computed from values: JAX must know sizes, and the "
                f"n_steps of a scan, when it compiles; compute this in C++, with GPU = False or "
                f"THEANO_FLAGS=device=cpu"
            ) from error

    return step


def _known(value):
    if isinstance(value, np.ndarray):
        return value.size <= MANY
    return isinstance(value, int | np.generic)


def _computed(node, numbers):
    arguments = _typed(numbers, node.inputs)
    results = [[None] for _ in node.outputs]
    with np.errstate(all="ignore"):
        node.op.perform(node, arguments, results)
    computed = _typed([result for [result] in results], node.outputs)
    return computed[0] if len(computed) == 1 else computed


def _typed(numbers, variables):
    """Return NumPy scalars and vectors in the dtypes of the variables."""
    return [np.asarray(n, x.type.dtype)[()] for n, x in zip(numbers, variables, strict=True)]


@jax_funcify.register(Shape)
def _shape(op, **kwargs):
    return lambda x: np.array(jnp.shape(x), "int64")


@jax_funcify.register(Reshape)
def _reshape(op, **kwargs):
    return lambda x, shape: jnp.reshape(x, tuple(shape))


@jax_funcify.register(Split)
def _split(op, **kwargs):
    def split(x, *axis_and_sizes):
        *axis, sizes = axis_and_sizes
        axis = split_axis(op, axis)
        if len(sizes) != op.len_splits or np.sum(sizes) != x.shape[axis] or np.any(sizes < 0):
            raise ValueError(
                f"split got the sizes {list(map(int, sizes))}: there must be {op.len_splits}, none "
                f"negative, and they must add up to {x.shape[axis]}"
            )
        return jnp.split(x, np.cumsum(sizes[:-1]), int(axis))

    return split


@jax_funcify.register(ARange)
def _arange(op, **kwargs):
    return lambda start, stop, step: jnp.arange(start, stop, step, dtype=op.dtype)


@jax_funcify.register(Nonzero)
def _nonzero(op, **kwargs):
    """Return the indices of nonzero entries; JAX raises an error if it does not know how many."""

    def nonzero(x):
        places = jnp.nonzero(x)
        return places if len(places) > 1 else places[0]

    return nonzero


@jax_funcify.register(CheckAndRaise)
def _check(op, **kwargs):
    """Raise an error if a condition is known to be false; skip conditions that are not known."""

    def check(x, *conditions):
        if not all(bool(np.all(c)) for c in conditions if _known(c)):
            raise op.exc_type(op.msg)
        return x

    return check


@jax_funcify.register(IfElse)
def _ifelse(op, node, **kwargs):
    def ifelse(condition, *results):
        return _one_of(node, condition, lambda: results[: op.n_outs], lambda: results[op.n_outs :])

    return ifelse


def _lazy_ifelse(op, node, **kwargs):
    then, otherwise = (jax_funcify(g, **kwargs) for g in (op.true_branch, op.false_branch))

    def results(branch, arguments):
        computed = branch(*arguments)
        return computed if len(node.outputs) > 1 else [computed]

    def lazy_ifelse(condition, *arguments):
        return _one_of(
            node,
            condition,
            lambda: results(then, arguments),
            lambda: results(otherwise, arguments),
        )

    return lazy_ifelse


if LazyIfElse is not None:
    jax_funcify.register(LazyIfElse)(_lazy_ifelse)


def _one_of(node, condition, then, otherwise):
    """Return the results of one of two branches; sizes that are equal in both stay numbers."""
    if _known(condition):
        results = list(then() if condition else otherwise())
    else:
        results = [None] * len(node.outputs)
        if any(x.type.ndim <= 1 and x.type.dtype in discrete_dtypes for x in node.outputs):
            results = [a if _same(a, b) else None for a, b in zip(then(), otherwise(), strict=True)]
        unknown = [k for k, result in enumerate(results) if result is None]

        def arrays(branch):
            computed = branch()
            return [jnp.asarray(computed[k]) for k in unknown]

        chosen = jax.lax.cond(condition, lambda: arrays(then), lambda: arrays(otherwise))
        for k, result in zip(unknown, chosen, strict=True):
            results[k] = result
    return results[0] if len(results) == 1 else results


def _same(a, b):
    return _known(a) and _known(b) and np.array_equal(a, b)
