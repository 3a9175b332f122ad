"""Fewer, larger operators in place of PyTensor's, for C++: the same numbers, several times as fast.

It is done in two steps, because gradients are taken in between. `fused` exchanges what a layer
computes before the gradient is taken, so that the gradients come from the fused operators too:

    activation(max_pool2d(x) + b)        ->  PoolActivate
    activation(dot(x, w) + b)            ->  FullyConnected
    -mean(log(softmax(z))[arange, y])    ->  LogLikelihood

`rewrites` then acts while a function is compiled, where updates are known:

    dx, w - eta * dw, b - eta * db, w^2  ->  FullyConnectedStep, one pass over w, in place

What matches none of this stays as it is: layers and costs of the user's own work among ours.
"""

import pytensor.tensor as T
from pytensor.graph.basic import equal_computations
from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter
from pytensor.graph.traversal import io_toposort
from pytensor.scalar.basic import Add, Maximum, Mul, Sub, Tanh
from pytensor.scalar.math import Sigmoid
from pytensor.tensor.basic import get_underlying_scalar_constant_value
from pytensor.tensor.elemwise import DimShuffle, Elemwise
from pytensor.tensor.exceptions import NotScalarConstantError
from pytensor.tensor.math import Dot
from pytensor.tensor.shape import Reshape
from pytensor.tensor.special import Softmax

from network3.ops.fully_connected import FullyConnected, FullyConnectedGradient, FullyConnectedStep
from network3.ops.log_likelihood import LogLikelihood
from network3.ops.max_pool2d import MaxPool2D
from network3.ops.pool_activate import PoolActivate

MOST_PLACES = 31  # in a pooling window: each has a bit in a number as wide as a float32


def fused(output, y=None):
    """A variable equal to `output`, by fused operators where they fit.

    Parameters
    ----------
    output : variable
        A cost, an accuracy, or any other that layers have a part in.
    y : int32 vector variable, optional
        The labels, where `output` is a cost.
    """
    nodes = io_toposort([], [output])
    new = {}
    for node in nodes:
        inputs = [new.get(x, x) for x in node.inputs]
        for old, replacement in zip(node.outputs, _fused_node(node, new, output, y), strict=False):
            new[old] = replacement
        if node.outputs[0] not in new and inputs != node.inputs:
            new.update(zip(node.outputs, node.clone_with_new_inputs(inputs).outputs, strict=True))
    return new.get(output, output)


def _fused_node(node, new, output, y):
    """What stands for the outputs of a node: a list of one variable, or empty for no change."""
    variable = node.outputs[0]
    if variable is output and y is not None:
        z = _log_likelihood_of(output, y)
        if z is not None:
            return [LogLikelihood()(new.get(z, z), y)[0]]
    activation, z = _activation(node)
    weighted, bias = _biased(z)
    if bias is None or not _alike(variable, z):
        return []
    op, inputs = weighted.owner.op, weighted.owner.inputs
    if isinstance(op, MaxPool2D) and op.ph * op.pw <= MOST_PLACES:
        x = inputs[0]
        return [PoolActivate(op.ph, op.pw, activation)(new.get(x, x), bias)[0]]
    scale, dot = _scaled(weighted)
    if isinstance(dot.owner.op, Dot) and all(v.dtype == bias.dtype for v in dot.owner.inputs):
        x, w = (new.get(v, v) for v in dot.owner.inputs)
        return [FullyConnected(activation)(x if scale is None else scale * x, w, bias)]
    return []


def _alike(x, y):
    """Whether two variables have the same dtype and dimensions."""
    return x.dtype == y.dtype and x.type.broadcastable == y.type.broadcastable


def _log_likelihood_of(cost, y):
    """z, where the cost is the log-likelihood of the labels y under softmax(z); else None."""
    for node in io_toposort([], [cost]):
        if isinstance(node.op, Softmax) and node.outputs[0].ndim == 2:
            p = node.outputs[0]
            expected = -T.mean(T.log(p)[T.arange(y.shape[0]), y])
            by_rows = node.op.axis in (1, -1, (1,))
            if by_rows and equal_computations([cost], [expected]):
                return node.inputs[0]
    return None


def _activation(node):
    """The activation function that a node applies, and to what: linear, to its output, if none."""
    scalar_op = _scalar_op(node)
    if isinstance(scalar_op, Sigmoid):
        return "sigmoid", node.inputs[0]
    if isinstance(scalar_op, Tanh):
        return "tanh", node.inputs[0]
    if isinstance(scalar_op, Maximum):
        a, b = node.inputs
        if _constant(a) == 0 or _constant(b) == 0:
            return "ReLU", b if _constant(a) == 0 else a
    return "linear", node.outputs[0]


def _biased(z):
    """x and b, where z is x plus a bias for each column or feature map; else None and None."""
    if isinstance(_scalar_op(z.owner), Add) and len(z.owner.inputs) == 2:
        for x, b in (z.owner.inputs, z.owner.inputs[::-1]):
            if isinstance(b.owner and b.owner.op, DimShuffle) and x.owner and x.dtype == b.dtype:
                per_map = ("x", 0, "x", "x") if x.ndim == 4 else ("x", 0)
                if tuple(b.owner.op.new_order) == per_map and b.owner.inputs[0].ndim == 1:
                    one_for_all = x.type.broadcastable[1] != b.type.broadcastable[1]
                    return (None, None) if one_for_all else (x, b.owner.inputs[0])
    return None, None


def _scaled(x):
    """c and y where x = c * y with a constant c; None and x where it is not, or c is 1."""
    if isinstance(_scalar_op(x.owner), Mul) and len(x.owner.inputs) == 2:
        a, b = x.owner.inputs
        if _constant(a) is not None and b.owner and _alike(x, b):
            c = _constant(a)
            return None if c == 1 else T.constant(c, dtype=x.dtype), b
    return None, x


def _scalar_op(node):
    return node.op.scalar_op if node and isinstance(node.op, Elemwise) else None


def _constant(x):
    """The number that all entries of x are, or None."""
    try:
        return get_underlying_scalar_constant_value(x)
    except NotScalarConstantError:
        return None


@node_rewriter([FullyConnectedGradient])
def _step(fgraph, node):
    """FullyConnectedStep in place of gradients that serve for nothing but an update."""
    x, w, y, dy = node.inputs
    dx, dw, db = node.outputs
    new_w, eta, decay = _update(fgraph, dw, w)
    new_b, eta_b, _ = _update(fgraph, db)
    if new_w is None or new_b is None or eta is not eta_b:
        return None
    b = new_b.owner.inputs[0]  # with a decay or not
    squares = _squares(fgraph, w)
    op = FullyConnectedStep(node.op.activation, bool(fgraph.clients[dx]), squares is not None)
    results = iter(op(x, y, dy, eta, decay, w, b))
    replacements = {new_w: next(results), new_b: next(results)}
    if op.input_gradient:
        replacements[dx] = next(results)
    if op.squares:
        replacements[squares] = next(results).dimshuffle(squares.ndim * ("x",))
    return replacements


def _update(fgraph, gradient, parameter=None):
    """decay * parameter - eta * gradient where this is all the gradient is for, eta, and decay."""
    nothing = None, None, None
    product = _only_client(fgraph, gradient)
    if not isinstance(_scalar_op(product), Mul) or len(product.inputs) != 2:
        return nothing
    eta = _scalar(product.inputs[product.inputs[0] is gradient])
    difference = _only_client(fgraph, product.outputs[0])
    if eta is None or not isinstance(_scalar_op(difference), Sub):
        return nothing
    old, decay = _undecayed(difference.inputs[0])
    if difference.inputs[1] is not product.outputs[0] or parameter not in (None, old):
        return nothing
    return difference.outputs[0], eta, decay


def _undecayed(x):
    """p and c, where x = c * p with a scalar variable c, or c = 1."""
    if isinstance(_scalar_op(x.owner), Mul) and len(x.owner.inputs) == 2:
        for c, p in (x.owner.inputs, x.owner.inputs[::-1]):
            if _scalar(c) is not None:
                return p, _scalar(c)
    return x, T.constant(1, dtype=x.dtype)


def _squares(fgraph, w):
    """dot(w, w), of w as a vector, if it is computed, with all its dimensions of length 1."""
    for node in fgraph.apply_nodes:
        if isinstance(node.op, Dot) and all(_flattened(x) is w for x in node.inputs):
            squares = node.outputs[0]
            if all(squares.type.broadcastable):  # no product of matrices
                return squares
    return None


def _flattened(x):
    """What x has the numbers of, in the shape of a vector."""
    while x.owner and isinstance(x.owner.op, DimShuffle | Reshape):
        if isinstance(x.owner.op, Reshape) and x.owner.op.ndim != 1:
            break
        if isinstance(x.owner.op, DimShuffle) and _transposes(x.owner.op):
            break
        x = x.owner.inputs[0]
    return x


def _transposes(dimshuffle):
    kept = [i for i in dimshuffle.new_order if i != "x"]
    return kept != sorted(kept)


def _only_client(fgraph, variable):
    clients = fgraph.clients[variable]
    return clients[0][0] if len(clients) == 1 else None


def _scalar(x):
    """The scalar variable that x is, with dimensions of length 1 added or not; else None."""
    if x.owner and isinstance(x.owner.op, DimShuffle) and all(x.type.broadcastable):
        x = x.owner.inputs[0]
    return x if x.ndim == 0 else None


@node_rewriter([FullyConnectedStep])
def _in_place(fgraph, node):
    op = node.op
    if op.in_place:
        return None
    in_place = FullyConnectedStep(op.activation, op.input_gradient, op.squares, in_place=True)
    return in_place(*node.inputs, return_list=True)


# With their positions: before PyTensor's own rewrites would hide the updates; and where destroying
# inputs is watched over.
rewrites = ((dfs_rewriter(_step), 0.06), (dfs_rewriter(_in_place), 60))
