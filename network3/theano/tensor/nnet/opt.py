"""A graph rewrite for neural networks that Theano has and PyTensor lacks."""

from pytensor.graph.rewriting.basic import node_rewriter
from pytensor.tensor.basic import get_underlying_scalar_constant_value
from pytensor.tensor.math import mul, true_div
from pytensor.tensor.rewriting.basic import register_canonicalize
from pytensor.tensor.subtensor import AdvancedIncSubtensor, AdvancedSubtensor

from network3.theano import absent

__all__: list[str] = []


@register_canonicalize
@node_rewriter([mul])
def scattered_quotient(fgraph, node):
    """Rewrite p * (zeros with c / p[index] at index) to zeros with c at index.

    The gradient of log(softmax(z)[index]) contains this product. Without the rewrite it is NaN if
    p[index] has been rounded to 0.
    """
    if len(node.inputs) != 2:
        return None
    for scattered, p in (node.inputs, node.inputs[::-1]):
        if (c := _numerator(scattered, p)) is not None:
            zeros, _, *index = scattered.owner.inputs
            return [scattered.owner.op(zeros, c, *index)]
    return None


def _numerator(scattered, p):
    """Return c if `scattered` is zeros with c / p[index] at index, otherwise None."""
    if not (scattered.owner and isinstance(scattered.owner.op, AdvancedIncSubtensor)):
        return None
    zeros, quotient, *index = scattered.owner.inputs
    if not (quotient.owner and quotient.owner.op == true_div):
        return None
    c, of_p = quotient.owner.inputs
    if (
        scattered.type.in_same_class(p.type)  # neither is broadcast
        and c.dtype == quotient.dtype
        and of_p.owner
        and isinstance(of_p.owner.op, AdvancedSubtensor)
        and of_p.owner.op.idx_list == scattered.owner.op.idx_list
        and of_p.owner.inputs == [p, *index]
        and get_underlying_scalar_constant_value(zeros, raise_not_constant=False) == 0
    ):
        return c
    return None


__getattr__ = absent.names(__name__)
