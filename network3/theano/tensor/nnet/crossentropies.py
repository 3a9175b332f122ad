"""Cross-entropy costs.

They are written in a form in which PyTensor's rewrites recognize the logarithm of a softmax or of a
sigmoid. The logarithm is then computed directly, without loss of accuracy.
"""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import Softmax
from pytensor.tensor.special import log_softmax as _log_softmax
from pytensor.tensor.special import softmax as _softmax
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet.softmaxes import with_bias

__all__ = [
    "CrossentropyCategorical1Hot",
    "CrossentropyCategorical1HotGrad",
    "CrossentropySoftmax1HotWithBiasDx",
    "CrossentropySoftmaxArgmax1HotWithBias",
    "binary_crossentropy",
    "categorical_crossentropy",
    "crossentropy_categorical_1hot",
    "crossentropy_categorical_1hot_grad",
    "crossentropy_softmax_1hot",
    "crossentropy_softmax_1hot_with_bias",
    "crossentropy_softmax_1hot_with_bias_dx",
    "crossentropy_softmax_argmax_1hot_with_bias",
    "crossentropy_softmax_max_and_argmax_1hot",
    "crossentropy_softmax_max_and_argmax_1hot_with_bias",
    "sigmoid_binary_crossentropy",
]


def binary_crossentropy(output: Any, target: Any) -> TensorVariable:
    """Return -(target * log(output) + (1 - target) * log(1 - output)), elementwise.

    Both arguments are in [0, 1]. The result is accurate if `output` is computed by a sigmoid.
    """
    return -(target * T.log(output) + (1.0 - target) * T.log(1.0 - output))


def sigmoid_binary_crossentropy(output: Any, target: Any) -> TensorVariable:
    """Return binary_crossentropy(sigmoid(output), target), accurate for every real `output`."""
    return target * T.softplus(-output) + (1.0 - target) * T.softplus(output)


def categorical_crossentropy(coding_dist: Any, true_dist: Any) -> TensorVariable:
    """Return -sum(true * log(coding)) over the last axis.

    Parameters
    ----------
    coding_dist : tensor (N, K)
        The probabilities of K classes for each row.
    true_dist : tensor (N, K), or tensor of integers (N,)
        The true probabilities, or for each row the index of the true class.

    Returns
    -------
    tensor (N,)

    Raises
    ------
    TypeError
        If the number of dimensions of `true_dist` is neither that of `coding_dist` nor one less.
    """
    coding_dist, true_dist = T.as_tensor_variable(coding_dist), T.as_tensor_variable(true_dist)
    if true_dist.type.ndim == coding_dist.type.ndim:
        return -T.sum(true_dist * T.log(coding_dist), axis=coding_dist.type.ndim - 1)
    if true_dist.type.ndim == coding_dist.type.ndim - 1:
        return crossentropy_categorical_1hot(coding_dist, true_dist)
    raise TypeError(
        f"categorical_crossentropy got coding_dist of {coding_dist.type} and true_dist of "
        f"{true_dist.type}: true_dist must have as many dimensions as coding_dist, or one less"
    )


def crossentropy_categorical_1hot(coding_dist: Any, true_one_of_n: Any) -> TensorVariable:
    """Return -log(coding[n, true[n]]) for each n, from probabilities (N, K) and integers (N,)."""
    coding = T.as_tensor_variable(coding_dist)
    if coding.type.ndim != 2:
        raise TypeError(
            f"crossentropy_categorical_1hot got coding_dist of {coding.type}: it must be a matrix "
            "(N, K)"
        )
    name = "crossentropy_categorical_1hot"
    if coding.owner and isinstance(coding.owner.op, Softmax):
        # With the logarithm before the indexing, PyTensor finds the softmax's logarithm.
        return -_chosen(name, T.log(coding), true_one_of_n)
    # The gradient of the other classes is 0, also if their probability is.
    return -T.log(_chosen(name, coding, true_one_of_n))


def crossentropy_categorical_1hot_grad(
    g_y: Any, coding_dist: Any, true_one_of_n: Any
) -> TensorVariable:
    """Return the gradient with respect to `coding_dist` from that of the cost, g_y (N,)."""
    coding = T.as_tensor_variable(coding_dist)
    chosen = T.arange(coding.shape[0]), T.as_tensor_variable(true_one_of_n)
    return T.zeros_like(coding)[chosen].set(-T.as_tensor_variable(g_y) / coding[chosen])


def crossentropy_softmax_1hot(x: Any, y_idx: Any, **kwargs) -> list[TensorVariable]:
    """Return [-log(p[n, y[n]]) for each n, p], where p = softmax(x), x is (N, K) and y is (N,)."""
    return crossentropy_softmax_max_and_argmax_1hot(x, y_idx)[:2]


def crossentropy_softmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """Return `crossentropy_softmax_1hot` of x + b."""
    return crossentropy_softmax_max_and_argmax_1hot_with_bias(x, b, y_idx)[:2]


def crossentropy_softmax_1hot_with_bias_dx(dy: Any, sm: Any, y_idx: Any) -> TensorVariable:
    """Return the gradient with respect to x + b, from sm = softmax(x + b) and that of the cost.

    `dy` is the gradient of the cost, a vector (N,) or a scalar.
    """
    sm, dy = T.as_tensor_variable(sm), T.as_tensor_variable(dy)
    chosen = T.arange(sm.shape[0]), T.as_tensor_variable(y_idx)
    return (dy[:, None] if dy.ndim else dy) * sm[chosen].inc(-1)


def crossentropy_softmax_max_and_argmax_1hot(x: Any, y_idx: Any, **kwargs) -> list[TensorVariable]:
    """Return [cost (N,), p (N, K), the maximum of each row of p, its index], p = softmax(x)."""
    return _softmax_1hot("crossentropy_softmax_max_and_argmax_1hot", T.as_tensor_variable(x), y_idx)


def crossentropy_softmax_max_and_argmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """Return `crossentropy_softmax_max_and_argmax_1hot` of x + b."""
    name = "crossentropy_softmax_max_and_argmax_1hot_with_bias"
    return _softmax_1hot(name, with_bias(name, x, b), y_idx)


def crossentropy_softmax_argmax_1hot_with_bias(
    x: Any, b: Any, y_idx: Any, **kwargs
) -> list[TensorVariable]:
    """Return [cost (N,), p (N, K), the index of each row's maximum], where p = softmax(x + b)."""
    name = "crossentropy_softmax_argmax_1hot_with_bias"
    cost, p, _, largest = _softmax_1hot(name, with_bias(name, x, b), y_idx)
    return [cost, p, largest.astype(T.as_tensor_variable(y_idx).dtype)]


class CrossentropyCategorical1Hot:
    """`crossentropy_categorical_1hot` as a class."""

    def __call__(self, coding_dist: Any, true_one_of_n: Any) -> TensorVariable:
        """Return -log(coding[n, true[n]]) for each n."""
        return crossentropy_categorical_1hot(coding_dist, true_one_of_n)


class CrossentropyCategorical1HotGrad:
    """`crossentropy_categorical_1hot_grad` as a class."""

    def __call__(self, g_y: Any, coding_dist: Any, true_one_of_n: Any) -> TensorVariable:
        """Return the gradient with respect to `coding_dist`."""
        return crossentropy_categorical_1hot_grad(g_y, coding_dist, true_one_of_n)


class CrossentropySoftmaxArgmax1HotWithBias:
    """`crossentropy_softmax_argmax_1hot_with_bias` as a class."""

    def __call__(self, x: Any, b: Any, y_idx: Any) -> list[TensorVariable]:
        """Return [cost (N,), p (N, K), the index of each row's maximum], p = softmax(x + b)."""
        return crossentropy_softmax_argmax_1hot_with_bias(x, b, y_idx)


class CrossentropySoftmax1HotWithBiasDx:
    """`crossentropy_softmax_1hot_with_bias_dx` as a class."""

    def __call__(self, dy: Any, sm: Any, y_idx: Any) -> TensorVariable:
        """Return the gradient with respect to x + b."""
        return crossentropy_softmax_1hot_with_bias_dx(dy, sm, y_idx)


def _softmax_1hot(name, z, y_idx):
    if z.type.ndim != 2 or not z.dtype.startswith("float"):
        raise ValueError(f"{name} got {z.type}: it must be a matrix of floats (N, K)")
    p = _softmax(z, axis=-1)
    cost = -_chosen(name, _log_softmax(z, axis=-1), y_idx)
    return [cost, p, p.max(axis=-1), p.argmax(axis=-1)]


def _chosen(name, x, index):
    """Return x[n, index[n]] for each n."""
    index = T.as_tensor_variable(index)
    if index.type.ndim != 1 or not index.dtype.startswith(("int", "uint")):
        raise TypeError(
            f"{name} got the true classes as {index.type}: they must be a vector of integers"
        )
    known = [n for n in (*x.type.shape[:1], *index.type.shape) if n is not None]
    return x[T.arange(known[0] if known else index.shape[0]), index]
