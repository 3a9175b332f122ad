"""The activation functions that the fused operators support.

This file describes each function: its formula, its ONNX operator and its limits. Kernels
identify it by its index in `kernels.codes.ACTIVATIONS`. To add one, describe it here, add its name
there, and add its formula to `kernels/reference/activation.py`, `kernels/numba/activation.py` and
`kernels/c/activation.h`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytensor.tensor as T
from pytensor.tensor import sigmoid, tanh
from pytensor.tensor.variable import TensorVariable


def linear(z: TensorVariable) -> TensorVariable:
    """Return z unchanged."""
    return z


def ReLU(z: TensorVariable) -> TensorVariable:
    """Return max(0, z), elementwise; the derivative at 0 is 0, as in Theano.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 3, "Other models of artificial
    neuron".
    """
    return T.maximum(0.0, z)


@dataclass(frozen=True)
class Activation:
    """The description of an activation function.

    Attributes
    ----------
    name : str
        The name in `kernels.codes.ACTIVATIONS` and in files.
    function : function of a variable
    onnx : str
        The equivalent ONNX operator.
    dead : float or None
        The output over the range of inputs where the gradient is 0, if there is such a range.
    ends : (float, float) or None
        The limits of the output, near which gradients vanish; None if it has no such limits.
    """

    name: str
    function: Callable[[TensorVariable], TensorVariable]
    onnx: str
    dead: float | None = None
    ends: tuple[float, float] | None = None


ACTIVATIONS = (
    Activation("linear", linear, "Identity"),
    Activation("ReLU", ReLU, "Relu", dead=0.0),
    Activation("sigmoid", sigmoid, "Sigmoid", ends=(0.0, 1.0)),
    Activation("tanh", tanh, "Tanh", ends=(-1.0, 1.0)),
)


def of_function(function: Callable | None) -> Activation | None:
    """Return the description of an activation function, or None if it is not one of these."""
    if not callable(function):
        return None
    # Copies and pickles of PyTensor's functions are equal, not identical.
    return next((a for a in ACTIVATIONS if a.function == function), None)


def of_name(name: str) -> Activation | None:
    """Return the description of the activation function with this name, or None."""
    return next((a for a in ACTIVATIONS if a.name == name), None)
