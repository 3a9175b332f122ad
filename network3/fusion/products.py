"""Compute the gradients of fully connected layers by BLAS, in programs that compile for C++.

`FullyConnectedGradient` has no C++ kernel, because an SGD update of our own layers replaces it.
Programs have other updates, such as momentum.
"""

import pytensor.tensor as T
from pytensor.graph.rewriting.basic import dfs_rewriter, node_rewriter

from network3.kernels.reference.activation import slope
from network3.ops.fully_connected import FullyConnectedGradient


def products(fgraph, node):
    """Replace FullyConnectedGradient by products; those that nobody needs are not computed."""
    x, w, y, dy = node.inputs
    d = slope(node.op.activation, dy, y)
    gradients = T.dot(d, w.T), T.dot(x.T, d), d.sum(axis=0)
    return {
        old: new if old.type.is_super(new.type) else T.specify_shape(new, old.type.shape)
        for old, new in zip(node.outputs, gradients, strict=True)
        if fgraph.clients[old]
    }


# The position is after that of the updates that it would hide.
rewrites = ((dfs_rewriter(node_rewriter([FullyConnectedGradient])(products)), 0.065),)
