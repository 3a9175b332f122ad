"""Graphs that treat each image independently, and so can be computed for any number of images.

A network is built for mini-batches of one size, and its graph is full of it. For evaluation the
size does not matter, and larger chunks are faster.
"""

import logging

import pytensor.tensor as T
from pytensor.graph.basic import Constant
from pytensor.graph.traversal import io_toposort
from pytensor.tensor.elemwise import Elemwise
from pytensor.tensor.math import Argmax, Dot
from pytensor.tensor.shape import Reshape
from pytensor.tensor.special import Softmax, softmax

log = logging.getLogger("network3")

CHUNK = 160  # images evaluated at once: they fill the vectors and the tiles of the kernels


def for_any_number(output, x, size):
    """Return `output` for as many images as its new input has, and that input.

    Parameters
    ----------
    output : variable with one entry for each image
    x : variable (size, pixels), the images that it is computed from
    size : int

    Returns
    -------
    (variable, variable), or None if it is not certain that each image is treated independently
    """
    images = x.clone(name=x.name)
    new = {x: images}
    for node in io_toposort([x], [output]):
        depends = [v in new for v in node.inputs]
        if not any(depends):
            continue
        inputs = [new.get(v, v) for v in node.inputs]
        if isinstance(node.op, Reshape):
            inputs[1] = _with_any_number(node.inputs[1], size)
        if inputs[-1] is None or not _by_rows(node, depends):
            log.info(
                "Images are evaluated in mini-batches of %d, more slowly: it is not known whether "
                "%s treats each image independently.",
                *(size, node.op),
            )
            return None
        if isinstance(node.op, Softmax):  # a graph of its own, made for the size of its input
            outputs = [softmax(*inputs, axis=1)]
        else:
            outputs = node.op.make_node(*inputs).outputs
        new.update(zip(node.outputs, outputs, strict=True))
    return (new[output], images) if output in new else None


def _by_rows(node, depends):
    """Whether row n of what a node gives depends on row n alone of its inputs that have images.

    An operator of the package says so itself (`KernelOp.independent_images`), and one of a user's
    own can. Of PyTensor's, those that networks are evaluated by are known here.
    """
    op = node.op
    if isinstance(op, Reshape) or getattr(op, "independent_images", False):
        return depends[0] and not any(depends[1:])
    if isinstance(op, Dot):
        return node.inputs[0].ndim == 2 and depends == [True, False]
    if isinstance(op, Softmax | Argmax):
        return node.inputs[0].ndim == 2 and op.axis in (1, (1,))
    if isinstance(op, Elemwise):
        return all(d or v.type.broadcastable[0] for d, v in zip(depends, node.inputs, strict=True))
    return False


def _with_any_number(shape, size):
    """(-1, ...) for the constant shape (size, ...), else None."""
    if isinstance(shape, Constant) and shape.data[0] == size:
        return T.constant([-1, *shape.data[1:]])
    return None
