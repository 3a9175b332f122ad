"""Sizes that JAX knows when it traces a function.

JAX compiles for arrays of known shapes, and asks for a number wherever a size is used: in reshapes,
slices, allocations, loops. PyTensor hands it the sizes of arrays as such, but every step computed
from them, `2 * x.shape[0] + 1`, becomes a value that is known only when the function runs. Here a
step of arithmetic whose arguments are all numbers is done at once, by NumPy, and stays a number.

This replaces how PyTensor converts a graph, in inner graphs too: what it could compile before
compiles as it did.
"""

import jax
import jax.numpy as jnp
import numpy as np
from pytensor.graph.basic import Constant
from pytensor.graph.fg import AbstractFunctionGraph
from pytensor.ifelse import IfElse
from pytensor.link.jax.dispatch import jax_funcify, jax_typify
from pytensor.link.utils import fgraph_to_python
from pytensor.raise_op import CheckAndRaise
from pytensor.scalar.basic import ScalarOp
from pytensor.tensor.basic import (
    ARange,
    Join,
    MakeVector,
    ScalarFromTensor,
    Split,
    TensorFromScalar,
)
from pytensor.tensor.elemwise import CAReduce, DimShuffle, Elemwise
from pytensor.tensor.random.op import RandomVariable
from pytensor.tensor.shape import Reshape, Shape
from pytensor.tensor.subtensor import IncSubtensor, Subtensor

ARITHMETIC = (
    Elemwise | ScalarOp | CAReduce | MakeVector | Join | Subtensor | IncSubtensor | DimShuffle
) | (ScalarFromTensor | TensorFromScalar)
TAKE_SIZES = Reshape | Split | RandomVariable | IfElse  # in a vector
MANY = 64  # More numbers than this are data.


@jax_funcify.register(AbstractFunctionGraph)
def _function(fgraph, node=None, fgraph_name="jax_funcified_fgraph", **kwargs):
    return fgraph_to_python(
        fgraph, _step, type_conversion_fn=jax_typify, fgraph_name=fgraph_name, **kwargs
    )


def _step(op, node=None, **kwargs):
    """What JAX does for `node`, or NumPy where all is known."""
    traced = jax_funcify(op, node=node, **kwargs)
    constants = [x.data if isinstance(x, Constant) else None for x in node.inputs]
    arithmetic = isinstance(op, ARITHMETIC) and all(x.type.ndim <= 1 for x in node.outputs)
    if arithmetic:
        op.prepare_node(node, None, None, "py")

    def step(*values):
        numbers = [v if c is None else c for v, c in zip(values, constants, strict=True)]
        if arithmetic and all(_known(number) for number in numbers):
            return _computed(node, numbers)
        if isinstance(op, TAKE_SIZES):
            return traced(*numbers)
        return traced(*(jnp.asarray(v) if isinstance(v, np.ndarray) else v for v in values))

    return step


def _known(value):
    if isinstance(value, np.ndarray):
        return value.size <= MANY
    return isinstance(value, int | float | np.generic)


def _computed(node, numbers):
    arguments = [
        np.asarray(value, x.type.dtype)[()] if x.type.ndim == 0 else np.asarray(value, x.type.dtype)
        for value, x in zip(numbers, node.inputs, strict=True)
    ]
    results = [[None] for _ in node.outputs]
    with np.errstate(all="ignore"):
        node.op.perform(node, arguments, results)
    computed = [
        np.asarray(result, x.type.dtype)[()]
        for [result], x in zip(results, node.outputs, strict=True)
    ]
    return computed[0] if len(computed) == 1 else computed


@jax_funcify.register(Shape)
def _shape(op, **kwargs):
    return lambda x: np.array(jnp.shape(x), "int64")


@jax_funcify.register(Reshape)
def _reshape(op, **kwargs):
    return lambda x, shape: jnp.reshape(x, tuple(shape))


@jax_funcify.register(Split)
def _split(op, **kwargs):
    def split(x, axis, sizes):
        if len(sizes) != op.len_splits or np.sum(sizes) != x.shape[axis] or np.any(sizes < 0):
            raise ValueError(
                f"split got the sizes {list(map(int, sizes))}: they must be {op.len_splits}, and "
                f"add up to {x.shape[axis]}"
            )
        return jnp.split(x, np.cumsum(sizes[:-1]), int(axis))

    return split


@jax_funcify.register(ARange)
def _arange(op, **kwargs):
    return lambda start, stop, step: jnp.arange(start, stop, step, dtype=op.dtype)


@jax_funcify.register(CheckAndRaise)
def _check(op, **kwargs):
    """Raises for a condition that is known not to hold; one that is not known is let pass."""

    def check(x, *conditions):
        if not all(bool(np.all(c)) for c in conditions if _known(c)):
            raise op.exc_type(op.msg)
        return x

    return check


@jax_funcify.register(IfElse)
def _ifelse(op, **kwargs):
    """One of two lists of results; sizes that are the same in both stay numbers."""

    def ifelse(condition, *results):
        then, otherwise = results[: op.n_outs], results[op.n_outs :]
        if _known(condition):
            chosen = list(then if condition else otherwise)
        else:
            chosen = [a if _same(a, b) else None for a, b in zip(then, otherwise, strict=True)]
            open_ = [k for k, result in enumerate(chosen) if result is None]
            branches = [lambda r=r: [jnp.asarray(r[k]) for k in open_] for r in (then, otherwise)]
            for k, result in zip(open_, jax.lax.cond(condition, *branches), strict=True):
                chosen[k] = result
        return chosen[0] if op.n_outs == 1 else chosen

    return ifelse


def _same(a, b):
    return _known(a) and _known(b) and np.array_equal(a, b)
