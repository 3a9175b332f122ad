"""Softmax of each row, and its logarithm."""

import warnings
from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import log_softmax as _log_softmax
from pytensor.tensor.special import softmax as _softmax
from pytensor.tensor.variable import TensorVariable

__all__ = ["logsoftmax", "softmax", "softmax_graph", "softmax_with_bias"]


def softmax(c: Any) -> TensorVariable:
    """exp(c) divided by its sum over each row.

    Parameters
    ----------
    c : matrix of floats (N, K), or a vector
        A vector is taken for a matrix of one row, with a warning: so is the result.

    Raises
    ------
    ValueError
        For other dimensions or dtypes: `softmax_graph` takes any number of dimensions.
    """
    c = T.as_tensor_variable(c)
    if c.type.ndim and c.type.broadcastable[-1]:
        warnings.warn("softmax of rows with one entry is 1 everywhere", stacklevel=2)
    return _softmax(_rows("softmax", c), axis=-1)


def logsoftmax(c: Any) -> TensorVariable:
    """log(softmax(c)), without loss of accuracy."""
    return _log_softmax(_rows("logsoftmax", T.as_tensor_variable(c)), axis=-1)


def softmax_graph(c: Any) -> TensorVariable:
    """exp(c) divided by its sum over the last dimension, for any number of dimensions."""
    return _softmax(T.as_tensor_variable(c), axis=-1)


def softmax_with_bias(x: Any, b: Any) -> TensorVariable:
    """softmax(x + b) for x (N, K) and b (K,)."""
    return _softmax(with_bias("softmax_with_bias", x, b), axis=-1)


def with_bias(name, x, b):
    """x + b, where x is (N, K) and b (K,); TypeError or ValueError for others."""
    x, b = _rows(name, T.as_tensor_variable(x)), T.as_tensor_variable(b)
    if b.type.ndim != 1 or not b.dtype.startswith("float"):
        raise ValueError(f"{name} got b of {b.type}: it must be a vector of floats")
    return x + b


def _rows(name, x):
    if x.type.ndim not in (1, 2) or not x.dtype.startswith("float"):
        raise ValueError(f"{name} got {x.type}: it needs a matrix of floats, or a vector")
    if x.type.ndim == 2:
        return x
    warnings.warn(f"{name} takes a vector for a matrix of one row, as Theano does", stacklevel=3)
    return x[None, :]
