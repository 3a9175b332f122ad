"""Replace the operators of layers by fused ones, before gradients are taken."""

import functools

import pytensor.tensor as T
from pytensor.graph.basic import equal_computations
from pytensor.graph.traversal import io_toposort
from pytensor.scalar.basic import Add, Mul
from pytensor.tensor.elemwise import DimShuffle
from pytensor.tensor.math import Dot
from pytensor.tensor.special import LogSoftmax, Softmax

from network3.fusion.patterns import constant, scalar_op
from network3.ops.activation import ACTIVATIONS
from network3.ops.conv2d import Conv2D
from network3.ops.conv_pool_activate import ConvPoolActivate, ShortConvPoolActivate
from network3.ops.fully_connected import FullyConnected
from network3.ops.log_likelihood import LogLikelihood
from network3.ops.pool2d import Pool2D
from network3.ops.pool_activate import PoolActivate

MOST_PLACES = 31  # in a pooling window: each has a bit in an integer as wide as a float32


def fused(output, y=None):
    """Return a variable equal to `output`, computed by fused operators where they match.

    Parameters
    ----------
    output : variable
        A cost, an accuracy, or anything else that is computed by layers.
    y : int32 vector variable, optional
        The labels, if `output` is a cost. Without them the result may have no gradient.
    """
    new = {}
    for node in io_toposort([], [output]):
        inputs = [new.get(x, x) for x in node.inputs]
        replacement = _fused_node(node, new, output, y)
        if replacement is not None:
            new[node.outputs[0]] = replacement
        elif inputs != node.inputs:
            new.update(zip(node.outputs, node.clone_with_new_inputs(inputs).outputs, strict=True))
    return new.get(output, output)


def _fused_node(node, new, output, y):
    """Return the replacement of the first output of a node, or None if there is none."""
    variable = node.outputs[0]
    if variable is output and y is not None:
        z = _log_likelihood_of(output, y)
        if z is not None:
            return LogLikelihood()(new.get(z, z), y)[0]
    activation, z = _activation(node)
    weighted, bias = _biased(z)
    if bias is None or not _alike(variable, z):
        return None
    op, inputs = weighted.owner.op, weighted.owner.inputs
    if isinstance(op, Pool2D) and op.fused and op.ph * op.pw <= MOST_PLACES:
        x, b = (new.get(v, v) for v in (inputs[0], bias))
        properties = op.ph, op.pw, activation, op.fused
        if not x.owner or not isinstance(x.owner.op, Conv2D):
            return PoolActivate(*properties)(x, b)[0]
        if y is None:
            return ShortConvPoolActivate(*properties)(*x.owner.inputs, b)
        return ConvPoolActivate(*properties)(*x.owner.inputs, b)[0]
    scale, dot = _scaled(weighted)
    if isinstance(dot.owner.op, Dot) and all(v.dtype == bias.dtype for v in dot.owner.inputs):
        x, w, b = (new.get(v, v) for v in (*dot.owner.inputs, bias))
        return FullyConnected(activation)(x if scale is None else scale * x, w, b)
    return None


def _alike(x, y):
    """Return whether two variables have the same dtype and broadcastable dimensions."""
    return x.dtype == y.dtype and x.type.broadcastable == y.type.broadcastable


def _log_likelihood_of(cost, y):
    """Return z if the cost is the log-likelihood of the labels y under softmax(z), else None."""
    for node in io_toposort([], [cost]):
        if isinstance(node.op, Softmax | LogSoftmax) and node.outputs[0].ndim == 2:
            by_rows = node.op.axis in (1, -1, (1,))
            if by_rows and any(equal_computations([cost], [form]) for form in _forms(node, y)):
                return node.inputs[0]
    return None


def _forms(node, y):
    """Yield the ways in which programs write the log-likelihood of a softmax."""
    p = node.outputs[0]
    for rows in _rows(p, node.inputs[0], y):
        if isinstance(node.op, LogSoftmax):
            chosen = [p[T.arange(rows), y]]
        else:
            chosen = [T.log(p)[T.arange(rows), y], T.log(p[T.arange(rows), y])]
        for likelihood in chosen:
            yield -T.mean(likelihood)
            yield T.mean(-likelihood)


def _rows(p, z, y):
    """Return the number of rows as programs write it."""
    static = [n for n in (p.type.shape[0], y.type.shape[0]) if n is not None]
    return [y.shape[0], *static[:1], p.shape[0], z.shape[0]]


def _activation(node):
    """Return the name of the activation function that a node applies, and the function's input.

    If the node applies none, return "linear" and the output of the node.
    """
    for name, template in _templates().items():
        if node.op == template.op:
            for z in node.inputs:
                if _constants(node, z) == _constants(template, _Z):
                    return name, z
    return "linear", node.outputs[0]


_Z = T.matrix("z")


@functools.cache
def _templates():
    """Return the node of each activation function that consists of a single node."""
    outputs = {activation.name: activation.function(_Z) for activation in ACTIVATIONS}
    return {name: y.owner for name, y in outputs.items() if y.owner and _Z in y.owner.inputs}


def _constants(node, z):
    """Return the inputs of a node besides z as numbers, with None for a variable."""
    return [constant(x) for x in node.inputs if x is not z]


def _biased(z):
    """Return x and b if z is x plus a bias for each column or feature map, else None and None."""
    if isinstance(scalar_op(z.owner), Add) and len(z.owner.inputs) == 2:
        for x, b in (z.owner.inputs, z.owner.inputs[::-1]):
            if isinstance(b.owner and b.owner.op, DimShuffle) and x.owner and x.dtype == b.dtype:
                per_map = ("x", 0, "x", "x") if x.ndim == 4 else ("x", 0)
                if tuple(b.owner.op.new_order) == per_map and b.owner.inputs[0].ndim == 1:
                    one_for_all = x.type.broadcastable[1] != b.type.broadcastable[1]
                    return (None, None) if one_for_all else (x, b.owner.inputs[0])
    return None, None


def _scaled(x):
    """Return c and y if x = c * y with a constant c; c is None if it is 1 or x has no such form."""
    if isinstance(scalar_op(x.owner), Mul) and len(x.owner.inputs) == 2:
        a, b = x.owner.inputs
        if constant(a) is not None and b.owner and _alike(x, b):
            c = constant(a)
            return None if c == 1 else T.constant(c, dtype=x.dtype), b
    return None, x
