"""Costs: how far probabilities are from what was true.

They are written so that PyTensor's rewriting finds the logarithm of a softmax or of a sigmoid in
them, and computes neither's rounded values before the logarithm.
"""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import log_softmax as _log_softmax
from pytensor.tensor.special import softmax as _softmax
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet.softmaxes import with_bias

__all__ = [
    "binary_crossentropy",
    "categorical_crossentropy",
    "crossentropy_categorical_1hot",
    "crossentropy_softmax_1hot",
    "crossentropy_softmax_1hot_with_bias",
    "crossentropy_softmax_argmax_1hot_with_bias",
    "crossentropy_softmax_max_and_argmax_1hot",
    "crossentropy_softmax_max_and_argmax_1hot_with_bias",
    "sigmoid_binary_crossentropy",
]


def binary_crossentropy(output: Any, target: Any) -> TensorVariable:
    """-(target * log(output) + (1 - target) * log(1 - output)), entry by entry.

    Both in [0, 1]. Accurate where `output` is a sigmoid.
    """
    return -(target * T.log(output) + (1.0 - target) * T.log(1.0 - output))


def sigmoid_binary_crossentropy(output: Any, target: Any) -> TensorVariable:
    """binary_crossentropy(sigmoid(output), target), accurate for every real `output`."""
    return target * T.softplus(-output) + (1.0 - target) * T.softplus(output)


def categorical_crossentropy(coding_dist: Any, true_dist: Any) -> TensorVariable:
    """-sum(true * log(coding)) over the last dimension.

    Parameters
    ----------
    coding_dist : (N, K)
        Probabilities, K for each row.
    true_dist : (N, K), or integers (N,)
        Probabilities, or for each row the number of the one that is 1.

    Returns
    -------
    (N,)

    Raises
    ------
    TypeError
        For other dimensions.
    """
    coding_dist, true_dist = T.as_tensor_variable(coding_dist), T.as_tensor_variable(true_dist)
    if true_dist.type.ndim == coding_dist.type.ndim:
        return -T.sum(true_dist * T.log(coding_dist), axis=coding_dist.type.ndim - 1)
    if true_dist.type.ndim == coding_dist.type.ndim - 1:
        return crossentropy_categorical_1hot(coding_dist, true_dist)
    raise TypeError(
        f"categorical_crossentropy got coding_dist of {coding_dist.type} and true_dist of "
        f"{true_dist.type}: true_dist must have as many dimensions, or one less"
    )


def crossentropy_categorical_1hot(coding_dist: Any, true_one_of_n: Any) -> TensorVariable:
    """-log(coding[n, true[n]]) for each n, from probabilities (N, K) and integers (N,)."""
    coding = T.as_tensor_variable(coding_dist)
    if coding.type.ndim != 2:
        raise TypeError(
            f"crossentropy_categorical_1hot got {coding.type}: it needs a matrix (N, K)"
        )
    # The logarithm before the index: then the gradient too is that of the softmax's logarithm.
    return -_chosen("crossentropy_categorical_1hot", T.log(coding), true_one_of_n)


def crossentropy_softmax_1hot(x: Any, y_idx: Any, **kwargs) -> list[TensorVariable]:
    """[-log(p[n, y[n]]) for each n, p], where p = softmax(x), x is (N, K) and y (N,)."""
    return crossentropy_softmax_max_and_argmax_1hot(x, y_idx)[:2]


def crossentropy_softmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """`crossentropy_softmax_1hot` of x + b."""
    return crossentropy_softmax_max_and_argmax_1hot_with_bias(x, b, y_idx)[:2]


def crossentropy_softmax_max_and_argmax_1hot(x: Any, y_idx: Any, **kwargs) -> list[TensorVariable]:
    """[cost (N,), p (N, K), the largest of each row of p, its number], where p = softmax(x)."""
    return _softmax_1hot("crossentropy_softmax_max_and_argmax_1hot", T.as_tensor_variable(x), y_idx)


def crossentropy_softmax_max_and_argmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """`crossentropy_softmax_max_and_argmax_1hot` of x + b."""
    name = "crossentropy_softmax_max_and_argmax_1hot_with_bias"
    return _softmax_1hot(name, with_bias(name, x, b), y_idx)


def crossentropy_softmax_argmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """[cost (N,), p (N, K), the number of the largest of each row], where p = softmax(x + b)."""
    name = "crossentropy_softmax_argmax_1hot_with_bias"
    cost, p, _, largest = _softmax_1hot(name, with_bias(name, x, b), y_idx)
    return [cost, p, largest.astype(T.as_tensor_variable(y_idx).dtype)]


def _softmax_1hot(name, z, y_idx):
    if z.type.ndim != 2 or not z.dtype.startswith("float"):
        raise ValueError(f"{name} got {z.type}: it needs a matrix of floats (N, K)")
    p = _softmax(z, axis=-1)
    cost = -_chosen(name, _log_softmax(z, axis=-1), y_idx)
    return [cost, p, p.max(axis=-1), p.argmax(axis=-1)]


def _chosen(name, x, index):
    """x[n, index[n]] for each n."""
    index = T.as_tensor_variable(index)
    if index.type.ndim != 1 or not index.dtype.startswith(("int", "uint")):
        raise TypeError(f"{name} got {index.type} as what is true: it must be a vector of integers")
    known = [n for n in (*x.type.shape[:1], *index.type.shape) if n is not None]
    return x[T.arange(known[0] if known else index.shape[0]), index]
