"""Replace the gradients and the SGD update of a layer by one operator, during compilation."""

import pytensor.tensor as T
from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter
from pytensor.scalar.basic import Mul, Sub
from pytensor.tensor.elemwise import DimShuffle
from pytensor.tensor.math import Dot
from pytensor.tensor.shape import Reshape, SpecifyShape

from network3.fusion.patterns import scalar_op
from network3.ops.conv_pool_activate import ConvPoolFilterGradient, ConvPoolFilterStep
from network3.ops.fully_connected import FullyConnectedGradient, FullyConnectedStep


def step(fgraph, node):
    """Replace gradients that are used only for an update by FullyConnectedStep."""
    x, w, y, dy = node.inputs
    dx, dw, db = node.outputs
    descent = _descent(fgraph, dw, w, db)
    if descent is None:
        return None
    new_w, new_b, rates, b, squares = descent
    op = FullyConnectedStep(node.op.activation, bool(fgraph.clients[dx]), squares is not None)
    results = iter(op(x, y, dy, *rates, w, b))
    replacements = {new_w: next(results), new_b: next(results)}
    if op.input_gradient:
        replacements[dx] = next(results)
    if op.squares:
        replacements[squares] = next(results).dimshuffle(squares.ndim * ("x",))
    return replacements


def filter_step(fgraph, node):
    """Replace gradients that are used only for an update by ConvPoolFilterStep."""
    x, w, y, ties, dy = node.inputs
    descent = _descent(fgraph, node.outputs[0], w, node.outputs[1])
    if descent is None:
        return None
    new_w, new_b, rates, b, squares = descent
    properties = {name: getattr(node.op, name) for name in node.op.__props__}
    op = ConvPoolFilterStep(**properties, squares=squares is not None)
    results = op(x, y, ties, dy, *rates, w, b)
    replacements = dict(zip((new_w, new_b), results, strict=False))
    if op.squares:
        replacements[squares] = results[2].dimshuffle(squares.ndim * ("x",))
    return replacements


def _descent(fgraph, dw, w, db):
    """Return new w, new b, (eta, decay), b, and the sum of the squares of w or None.

    Return None if the gradients are also used elsewhere, or if w and b have different rates.
    """
    new_w, eta, decay = _update(fgraph, dw, w)
    new_b, eta_b, _ = _update(fgraph, db)
    if new_w is None or new_b is None or eta is not eta_b:
        return None
    b = new_b.owner.inputs[0]  # may include a decay
    return new_w, new_b, (eta, decay), b, _squares(fgraph, w)


def _update(fgraph, gradient, parameter=None):
    """Return the update decay * parameter - eta * gradient, eta, and decay.

    Return three Nones if the gradient is also used elsewhere.
    """
    nothing = None, None, None
    product = _only_client(fgraph, gradient)
    while product and isinstance(product.op, SpecifyShape):
        gradient = product.outputs[0]
        product = _only_client(fgraph, gradient)
    if not isinstance(scalar_op(product), Mul) or len(product.inputs) != 2:
        return nothing
    eta = _scalar(product.inputs[product.inputs[0] is gradient])
    difference = _only_client(fgraph, product.outputs[0])
    if eta is None or not isinstance(scalar_op(difference), Sub):
        return nothing
    old, decay = _undecayed(difference.inputs[0])
    if difference.inputs[1] is not product.outputs[0]:
        return nothing
    if parameter is not None and _unspecified(parameter) is not _unspecified(old):
        return nothing
    return difference.outputs[0], eta, decay


def _unspecified(x):
    """Return the variable whose shape x only specifies, as `conv2d` with a `filter_shape` does."""
    while x.owner and isinstance(x.owner.op, SpecifyShape):
        x = x.owner.inputs[0]
    return x


def _undecayed(x):
    """Return p and c such that x = c * p with a scalar variable c, or c = 1."""
    if isinstance(scalar_op(x.owner), Mul) and len(x.owner.inputs) == 2:
        for c, p in (x.owner.inputs, x.owner.inputs[::-1]):
            if _scalar(c) is not None:
                return p, _scalar(c)
    return x, T.constant(1, dtype=x.dtype)


def _squares(fgraph, w):
    """Return dot(w, w) of the flattened w if the graph computes it, else None."""
    for node in fgraph.apply_nodes:
        if isinstance(node.op, Dot) and all(_flattened(x) is _unspecified(w) for x in node.inputs):
            squares = node.outputs[0]
            if all(squares.type.broadcastable):  # it is not a product of matrices
                return squares
    return None


def _flattened(x):
    """Return the variable that x is a flattened view of."""
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
    """Return the scalar variable that x is, without added dimensions of length 1; else None."""
    if x.owner and isinstance(x.owner.op, DimShuffle) and all(x.type.broadcastable):
        x = x.owner.inputs[0]
    return x if x.ndim == 0 else None


def in_place(fgraph, node):
    op = node.op
    if op.in_place:
        return None
    properties = {name: getattr(op, name) for name in op.__props__}
    return type(op)(**properties | {"in_place": True})(*node.inputs, return_list=True)


# The positions: 0.06 is before PyTensor's rewrites, which would hide the updates; 60 is after
# PyTensor has started to track destroyed inputs. The rewrites are not decorated, because compiled
# functions are pickled with them, and pickle looks up functions by name.
rewrites = (
    (dfs_rewriter(node_rewriter([FullyConnectedGradient])(step)), 0.06),
    (dfs_rewriter(node_rewriter([ConvPoolFilterGradient])(filter_step)), 0.06),
    (dfs_rewriter(node_rewriter([FullyConnectedStep, ConvPoolFilterStep])(in_place)), 60),
)
