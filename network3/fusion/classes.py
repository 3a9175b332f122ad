"""The most probable class without the probabilities, as Theano computed it."""

from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter
from pytensor.tensor.math import Argmax
from pytensor.tensor.special import Softmax


def most_probable(fgraph, node):
    """argmax(z) in place of argmax(softmax(z)): softmax keeps the order."""
    softmax = node.inputs[0].owner
    if softmax and isinstance(softmax.op, Softmax) and softmax.op.axis == node.op.axis:
        return [node.op(softmax.inputs[0])]
    return None


rewrites = ((dfs_rewriter(node_rewriter([Argmax])(most_probable)), 0.06),)
