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
    """The probability of a class, times that of an output in its class.

    Parameters
    ----------
    x : (N, D)
    batch_size : int
        N.
    n_outputs : int
        At most n_classes * n_outputs_per_class.
    W1, b1 : (D, classes), (classes,)
    W2, b2 : (classes, D, outputs of a class), (classes, outputs of a class)
    target : integers (N,) or (N, 1)
        One output for each row.

    Returns
    -------
    (N,) the probabilities of the targets, or (N, n_outputs) where `target` is not given

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
