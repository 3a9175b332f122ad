"""Slices such as ``x[i*n:(i+1)*n]`` for JAX, which must know their length before it knows i.

PyTensor compiles a slice with symbolic ends to code that JAX cannot trace. If algebra shows that
the length is the same for every i, the slice is replaced by `SliceOfLength`.
"""

from collections import Counter

import jax
import numpy as np
from pytensor.graph.basic import Apply, Constant
from pytensor.graph.op import Op
from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter
from pytensor.link.jax.dispatch import jax_funcify
from pytensor.scalar.basic import Add, Cast, Mul, Neg, Sub
from pytensor.tensor import as_tensor_variable
from pytensor.tensor.basic import ScalarFromTensor, TensorFromScalar
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.subtensor import Subtensor, indices_from_subtensor
from pytensor.tensor.type import tensor

from network3.kernels.pytensor_versions import node_and_shapes


class SliceOfLength(Op):
    """Return x[start : start + length] along the first dimension."""

    __props__ = ("length",)

    def __init__(self, length):
        self.length = length

    def make_node(self, x, start):
        output = tensor(dtype=x.dtype, shape=(self.length, *x.type.shape[1:]))
        return Apply(self, [x, as_tensor_variable(start)], [output])

    def infer_shape(self, *arguments):
        _, [shape, _] = node_and_shapes(arguments)
        return [(self.length, *shape[1:])]

    def perform(self, node, inputs, output_storage):
        x, start = inputs
        output_storage[0][0] = x[start : start + self.length]


@jax_funcify.register(SliceOfLength)
def _(op, **kwargs):
    return lambda x, start: jax.lax.dynamic_slice_in_dim(x, start, op.length)


def slice_of_length(fgraph, node):
    """Replace x[start:stop] by `SliceOfLength` if stop - start is a constant."""
    index = indices_from_subtensor(node.inputs[1:], node.op.idx_list)
    if len(index) != 1 or not isinstance(index[0], slice):
        return None
    start, stop, step = index[0].start, index[0].stop, index[0].step
    if start is None or stop is None or isinstance(start, Constant | int) or not _is_one(step):
        return None
    length = _difference(stop, start)
    if length is None or length < 0:
        return None
    return [SliceOfLength(length)(node.inputs[0], start)]


# Not decorated: compiled functions are pickled with it, and pickle looks up functions by name.
rewrite = dfs_rewriter(node_rewriter([Subtensor])(slice_of_length))


def _is_one(step):
    return step is None or (step.data if isinstance(step, Constant) else step) == 1


def _difference(a, b):
    """Return a - b as an int if algebra shows that it is constant, else None."""
    difference = _polynomial(a)
    difference.subtract(_polynomial(b))
    terms = {term: factor for term, factor in difference.items() if factor}
    return terms.pop((), 0) if not terms.keys() - {()} else None


def _polynomial(x):
    """Return an integer scalar as a polynomial; {(): 3, (i,): 2, (i, j): 1} means 3 + 2i + ij.

    The result of any other operation than a sum, difference, product or lossless cast is treated as
    an unknown.
    """
    if isinstance(x, int):
        return Counter({(): x})
    if isinstance(x, Constant):
        return Counter({(): int(x.data)})
    op, inputs = (x.owner.op, x.owner.inputs) if x.owner else (None, [])
    scalar_op = op.scalar_op if isinstance(op, Elemwise) else op
    if isinstance(scalar_op, ScalarFromTensor | TensorFromScalar):
        return _polynomial(inputs[0])
    # A cast that truncates or wraps around changes the value.
    if isinstance(scalar_op, Cast) and np.can_cast(inputs[0].dtype, x.dtype):
        return _polynomial(inputs[0])
    result = Counter()
    if isinstance(scalar_op, Add):
        for term in inputs:
            result.update(_polynomial(term))
    elif isinstance(scalar_op, Sub):
        result.update(_polynomial(inputs[0]))
        result.subtract(_polynomial(inputs[1]))
    elif isinstance(scalar_op, Neg):
        result.subtract(_polynomial(inputs[0]))
    elif isinstance(scalar_op, Mul):
        result[()] = 1
        for factor in inputs:
            result = _product(result, _polynomial(factor))
    else:
        result[(x,)] = 1
    return result


def _product(a, b):
    result = Counter()
    for (s, m), (t, n) in ((p, q) for p in a.items() for q in b.items()):
        result[tuple(sorted(s + t, key=id))] += m * n
    return result
