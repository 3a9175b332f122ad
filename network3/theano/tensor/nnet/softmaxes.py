"""The softmax of each row, and its logarithm."""

import warnings
from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import LogSoftmax, Softmax
from pytensor.tensor.special import log_softmax as _log_softmax
from pytensor.tensor.special import softmax as _softmax
from pytensor.tensor.variable import TensorVariable

from network3.kernels.pytensor_versions import patch

__all__ = [
    "LogSoftmax",
    "Softmax",
    "SoftmaxGrad",
    "SoftmaxWithBias",
    "logsoftmax",
    "softmax",
    "softmax_grad",
    "softmax_graph",
    "softmax_with_bias",
]

for _class in (Softmax, LogSoftmax):  # Theano's are constructed without an axis
    patch(_class.__init__, "__kwdefaults__", {"axis": -1})


def softmax(c: Any) -> TensorVariable:
    """Return exp(c) divided by its sum over each row.

    Parameters
    ----------
    c : matrix of floats (N, K), or vector of floats (K,)
        A vector becomes a matrix with one row, with a warning.

    Returns
    -------
    matrix (N, K)

    Raises
    ------
    ValueError
        If `c` has another number of dimensions, for which there is `softmax_graph`, or if it is not
        of floats.
    """
    c = T.as_tensor_variable(c)
    if c.type.ndim and c.type.broadcastable[-1]:
        warnings.warn("the softmax of rows with one entry is 1 everywhere", stacklevel=2)
    return _softmax(_rows("softmax", c), axis=-1)


def logsoftmax(c: Any) -> TensorVariable:
    """Return log(softmax(c)), without loss of accuracy."""
    return _log_softmax(_rows("logsoftmax", T.as_tensor_variable(c)), axis=-1)


def softmax_graph(c: Any) -> TensorVariable:
    """Return exp(c) divided by its sum over the last axis, for any number of dimensions."""
    return _softmax(T.as_tensor_variable(c), axis=-1)


def softmax_with_bias(x: Any, b: Any) -> TensorVariable:
    """Return softmax(x + b) for x (N, K) and b (K,)."""
    return _softmax(with_bias("softmax_with_bias", x, b), axis=-1)


def softmax_grad(dy: Any, sm: Any) -> TensorVariable:
    """Return the gradient with respect to c, from dy, that with respect to sm = softmax(c)."""
    dy, sm = T.as_tensor_variable(dy), T.as_tensor_variable(sm)
    return (dy - (dy * sm).sum(axis=1, keepdims=True)) * sm


class SoftmaxWithBias:
    """`softmax_with_bias` as a class."""

    def __call__(self, x: Any, b: Any) -> TensorVariable:
        """Return softmax(x + b) for x (N, K) and b (K,)."""
        return softmax_with_bias(x, b)


class SoftmaxGrad:
    """`softmax_grad` as a class."""

    def __call__(self, dy: Any, sm: Any) -> TensorVariable:
        """Return the gradient with respect to c from that with respect to sm = softmax(c)."""
        return softmax_grad(dy, sm)


def with_bias(name, x, b):
    """Return x + b, where x is (N, K) and b is (K,).

    Raises
    ------
    ValueError
        If the number of dimensions or the dtype of `x` or `b` is wrong.
    """
    x, b = _rows(name, T.as_tensor_variable(x)), T.as_tensor_variable(b)
    if b.type.ndim != 1 or not b.dtype.startswith("float"):
        raise ValueError(f"{name} got b of {b.type}: it must be a vector of floats")
    return x + b


def _rows(name, x):
    if x.type.ndim not in (1, 2) or not x.dtype.startswith("float"):
        raise ValueError(f"{name} got {x.type}: it must be a matrix of floats, or a vector")
    if x.type.ndim == 2:
        return x
    warnings.warn(f"{name} treats a vector as a matrix with one row, as Theano does", stacklevel=3)
    return x[None, :]
