"""Compute softmax and its logarithm by operators that have C++ code, in programs.

PyTensor's own operators compute them in Python, which takes longer than a small layer.
"""

import pytensor.tensor as T
from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter
from pytensor.tensor.special import LogSoftmax, Softmax


def parts(fgraph, node):
    """Replace a softmax or its logarithm by maximum, exponential and sum."""
    [z] = node.inputs
    z = z - T.max(z, axis=node.op.axis, keepdims=True)
    powers = T.exp(z)
    total = T.sum(powers, axis=node.op.axis, keepdims=True)
    new = z - T.log(total) if isinstance(node.op, LogSoftmax) else powers / total
    [old] = node.outputs
    return [new if old.type.is_super(new.type) else T.specify_shape(new, old.type.shape)]


# The position is after PyTensor's rewrites for stability, which look for these operators.
rewrites = ((dfs_rewriter(node_rewriter([Softmax, LogSoftmax])(parts)), 1.9),)
