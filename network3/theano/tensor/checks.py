"""Rewrites that keep the errors that Theano raised for wrong sizes.

PyTensor replaces `x[T.arange(3)]` by a slice and a check of its length, and moves such checks to
the inputs of elementwise functions. Its own checks raise an AssertionError.
"""

from pytensor.tensor.rewriting import subtensor
from pytensor.tensor.rewriting.shape import (
    local_lift_specify_shape_elemwise,
    local_lift_specify_shape_inc_subtensor,
    local_merge_consecutive_specify_shape,
)
from pytensor.tensor.shape import SpecifyShape
from pytensor.tensor.subtensor import indices_from_subtensor

from network3.kernels.pytensor_versions import patch
from network3.ops.checking import CheckedShape, checked_shape


def keep_errors() -> None:
    """Make PyTensor's rewrites keep the errors."""
    for rewrite in (
        local_lift_specify_shape_elemwise,
        local_lift_specify_shape_inc_subtensor,
        local_merge_consecutive_specify_shape,
    ):
        patch(rewrite, "fn", _keeping_checks(rewrite.fn))
    slices = getattr(subtensor, "local_adv_idx_to_slice", None)  # PyTensor 3.0.1 lacks it
    if slices:
        patch(slices, "fn", _checking_indices(slices.fn))


def _keeping_checks(fn):
    """Return the function of a rewrite, which moves checks with their errors."""

    def moved(fgraph, node):
        results = fn(fgraph, node)
        if results and isinstance(node.op, CheckedShape):
            [result] = results
            for x in (result, *(result.owner.inputs if result.owner else ())):
                new = x.owner is not None and x.owner not in fgraph.apply_nodes
                if new and type(x.owner.op) is SpecifyShape:
                    x.owner.op = node.op
        return results

    return moved


def _checking_indices(fn):
    """Return the function of the rewrite to slices, which checks that all indices exist.

    PyTensor checks that only if their number is known. A slice stops at the end of x.
    """

    def sliced(fgraph, node):
        results = fn(fgraph, node)
        if not results:
            return results
        [piece] = results
        x, *indices = node.inputs
        places = indices_from_subtensor(indices, node.op.idx_list)
        sizes = [None if isinstance(i, slice) else i.shape[0] for i in places]
        sizes += [None] * (x.type.ndim - len(sizes))
        return [checked_shape(piece, sizes, "an index is out of bounds", IndexError)]

    return sliced
