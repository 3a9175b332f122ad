"""The two-level softmax."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import softmax
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet.blocksparse import sparse_block_dot

__all__ = ["h_softmax"]


def h_softmax(
    x: Any,
    batch_size,
    n_outputs,
    n_classes,
    n_outputs_per_class,
    W1: Any,
    b1: Any,
    W2: Any,
    b2: Any,
    target: Any = None,
) -> TensorVariable:
    """Return the probability of a class, times that of an output within its class.

    Parameters
    ----------
    x : tensor (N, D)
    batch_size : int
        N.
    n_outputs : int
        At most n_classes * n_outputs_per_class.
    n_classes, n_outputs_per_class : int
    W1, b1 : tensors (D, n_classes), (n_classes,)
    W2, b2 : tensors (n_classes, D, n_outputs_per_class), (n_classes, n_outputs_per_class)
    target : tensor of integers (N,) or (N, 1), optional
        One output for each row.

    Returns
    -------
    tensor (N,), or (N, n_outputs) if `target` is not given
        The probabilities of the targets, or of all outputs.

    References
    ----------
    J. Goodman, "Classes for Fast Maximum Entropy Training", ICASSP 2001.
    """
    x = T.as_tensor_variable(x)
    of_class = softmax(T.dot(x, W1) + b1, axis=-1)
    if target is None:
        inside = softmax(T.tensordot(x, W2, ((1,), (1,))) + b2, axis=-1)
        return (of_class[:, :, None] * inside).reshape((batch_size, -1))[:, :n_outputs]
    target = T.as_tensor_variable(target).flatten()
    number, place = target // n_outputs_per_class, target % n_outputs_per_class
    first = T.zeros((batch_size, 1), dtype="int32")
    z = sparse_block_dot(T.shape_padleft(W2), x[:, None, :], first, b2, number[:, None])
    each = T.arange(batch_size)
    return of_class[each, number] * softmax(z[:, 0], axis=-1)[each, place]
