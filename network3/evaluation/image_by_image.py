"""Rebuild graphs that treat each image independently, so that they accept any number of images.

A network is built for one mini-batch size, which appears throughout its graph. In evaluation the
size does not matter, and larger batches are faster.
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

CHUNK = 160  # images evaluated at once; they fill the vectors and the tiles of the kernels


def for_any_number(output, x, size):
    """Return `output` rebuilt on a new input with any number of images, and that input.

    Parameters
    ----------
    output : variable with one entry per image
    x : variable (size, pixels), the images
    size : int

    Returns
    -------
    (variable, variable), or None unless each image is known to be treated independently
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
        if isinstance(node.op, Softmax):  # contains a graph that is built for the input's size
            outputs = [softmax(*inputs, axis=1)]
        else:
            outputs = node.op.make_node(*inputs).outputs
        new.update(zip(node.outputs, outputs, strict=True))
    return (new[output], images) if output in new else None


def _by_rows(node, depends):
    """Return whether row n of a node's outputs depends only on row n of its inputs with images.

    The package's operators declare it (`KernelOp.independent_images`), and custom operators can.
    For PyTensor's operators, this function knows those that networks are evaluated with.
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
    """Return (-1, ...) if the shape is a constant (size, ...) without another -1, else None."""
    if isinstance(shape, Constant) and shape.data[0] == size and -1 not in shape.data[1:]:
        return T.constant([-1, *shape.data[1:]])
    return None
