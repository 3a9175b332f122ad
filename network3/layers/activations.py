"""The book's activation functions: a variable in, a variable of the same shape out."""

from collections.abc import Callable

import pytensor.tensor as T
from pytensor.tensor import sigmoid, tanh
from pytensor.tensor.variable import TensorVariable

__all__ = ["ReLU", "linear", "sigmoid", "tanh"]


def linear(z: TensorVariable) -> TensorVariable:
    """z itself."""
    return z


def ReLU(z: TensorVariable) -> TensorVariable:
    """max(0, z), elementwise; its derivative at 0 is 0, as Theano's.

    Source: "Neural Networks and Deep Learning", chapter 3, "Other models of artificial neuron".
    """
    return T.maximum(0.0, z)


def name(activation_fn: Callable) -> str | None:
    """What one of these functions is called here, or None for any other."""
    return next((name for name in __all__ if globals()[name] is activation_fn), None)
