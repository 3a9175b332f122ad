"""A fully connected layer."""

from collections.abc import Callable
from typing import Any

from pytensor.graph.basic import Variable
from pytensor.tensor.variable import TensorVariable

from network3.layers.dense import DenseLayer
from network3.layers.initialization import normal, weight_scale
from network3.layers.layer import function_of_a_variable
from network3.ops.activation import sigmoid


class FullyConnectedLayer(DenseLayer):
    """Compute activation_fn(inpt . w + b): every output is connected to every input.

    Parameters
    ----------
    n_in : int
        The number of inputs per image.
    n_out : int
        The number of outputs per image.
    activation_fn : function of a variable
    p_dropout : float in [0, 1], or a scalar variable
        The share of the inputs that is dropped in training. In evaluation all inputs are used and
        the weighted sum is multiplied by 1 - p_dropout.
    initialization : "n_out", "n_in" or "he"
        The standard deviation of the initial weights; see `layers.initialization.weight_scale`.
    masks : "original" or "independent"
        How dropout's masks are drawn; see `dropout_layer`.

    Attributes
    ----------
    w : shared (n_in, n_out) in floatX
        The weights, drawn from a normal distribution.
    b : shared (n_out,) in floatX
        The biases, drawn from N(0, 1).
    params : [w, b]
    inpt, inpt_dropout : variables (mini-batch size, n_in), after `set_inpt`
    output, output_dropout : variables (mini-batch size, n_out)
    y_out : int64 variable (mini-batch size,)
        The index of the largest output.

    Raises
    ------
    TypeError, ValueError
        If the sizes are not positive whole numbers, `p_dropout` is outside [0, 1], or
        `activation_fn`, `initialization` or `masks` is not valid.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapters 1 and 6.
    """

    activation_fn: Callable[[TensorVariable], TensorVariable]
    computes = ("activation_fn",)

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation_fn: Callable[[TensorVariable], TensorVariable] = sigmoid,
        p_dropout: float | Variable = 0.0,
        initialization: str = "n_out",
        masks: str = "original",
    ) -> None:
        name = type(self).__name__
        super().__init__(n_in, n_out, p_dropout, masks)
        self.activation_fn = function_of_a_variable(name, activation_fn)
        scale = weight_scale(name, initialization, self.n_in, self.n_out)
        self.initialization = initialization
        self.w = normal(scale, (self.n_in, self.n_out), "w")
        self.b = normal(1.0, (self.n_out,), "b")
        self.params = [self.w, self.b]

    def activate(self, z: TensorVariable) -> TensorVariable:
        return self.activation_fn(z)

    def config(self) -> dict[str, Any] | None:
        return self.arguments_of(FullyConnectedLayer)

    def to_onnx(self, graph: Any) -> None:
        super().to_onnx(graph)
        graph.add_activation(self)
