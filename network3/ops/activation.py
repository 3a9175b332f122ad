"""The activation functions that operators apply themselves.

A function is described here: its formula, its name in ONNX and where it saturates. Kernels know it
by its place in `kernels.codes.ACTIVATIONS`. To add one, describe it here, add its name there, and
its formula to `kernels/reference/activation.py`, `kernels/numba/activation.py` and
`kernels/c/activation.h`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytensor.tensor as T
from pytensor.tensor import sigmoid, tanh
from pytensor.tensor.variable import TensorVariable


def linear(z: TensorVariable) -> TensorVariable:
    """Return z itself."""
    return z


def ReLU(z: TensorVariable) -> TensorVariable:
    """Return max(0, z), elementwise; its derivative at 0 is 0, as Theano's.

    References
    ----------
    M. Nielsen, "Neural Networks and Deep Learning", chapter 3, "Other models of artificial neuron".
    """
    return T.maximum(0.0, z)


@dataclass(frozen=True)
class Activation:
    """An activation function.

    Attributes
    ----------
    name : str
        As in `kernels.codes.ACTIVATIONS`, and in files.
    function : function of a variable
    onnx : str
        The operator of ONNX that computes it.
    dead : float or None
        The output at which all gradients are 0, reached by whole ranges of inputs.
    ends : (float, float) or None
        The limits of the output, near which gradients vanish.
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
    return next((a for a in ACTIVATIONS if a.function is function), None)


def of_name(name: str) -> Activation | None:
    """Return the description of the activation function with a name, or None."""
    return next((a for a in ACTIVATIONS if a.name == name), None)
