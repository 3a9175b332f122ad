"""A fully connected layer."""

from collections.abc import Callable
from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.layers import activations, checks
from network3.layers.activations import sigmoid
from network3.layers.dropout import dropout_layer
from network3.layers.initialization import weight_scale
from network3.parameters import normal


class FullyConnectedLayer:
    """Every output is connected to every input: activation_fn(inpt . w + b).

    Parameters
    ----------
    n_in : int
        Inputs for an image.
    n_out : int
    activation_fn : function of a variable
    p_dropout : float in [0, 1)
        The share of the layer's inputs that is dropped in training. In evaluation all are used and
        the weighted sum is multiplied by 1 - p_dropout.
    initialization : "n_out", "n_in" or "he"
        The standard deviation of the first weights: sqrt(1 / n_out), as in the book's network3.py;
        sqrt(1 / n_in), as in its chapter 3, "Weight initialization"; or sqrt(2 / n_in), for
        rectified linear units, as in K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into
        rectifiers", ICCV 2015. The draws are the same, scaled.

    Attributes
    ----------
    w : shared (n_in, n_out) in floatX, drawn from a normal distribution as `initialization`
        says
    b : shared (n_out,) in floatX, N(0, 1)
    params : [w, b]
    inpt, inpt_dropout : variables (mini-batch size, n_in), after `set_inpt`
    output, output_dropout : variables (mini-batch size, n_out)
    y_out : int64 variable (mini-batch size,), the output that is largest

    Raises
    ------
    ValueError
        For sizes that are not positive whole numbers, `p_dropout` outside [0, 1), or an
        `initialization` that is not known.

    Source: "Neural Networks and Deep Learning", chapters 1 and 6.
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        activation_fn: Callable[[TensorVariable], TensorVariable] = sigmoid,
        p_dropout: float = 0.0,
        initialization: str = "n_out",
    ) -> None:
        name = type(self).__name__
        self.n_in = checks.whole_number(name, "n_in", n_in)
        self.n_out = checks.whole_number(name, "n_out", n_out)
        self.activation_fn = checks.function(name, activation_fn)
        self.p_dropout = checks.probability(name, p_dropout)
        scale = weight_scale(name, initialization, self.n_in, self.n_out)
        self.initialization = initialization
        self.w = normal(scale, (self.n_in, self.n_out), "w")
        self.b = normal(1.0, (self.n_out,), "b")
        self.params = [self.w, self.b]

    def set_inpt(
        self, inpt: TensorVariable, inpt_dropout: TensorVariable, mini_batch_size: int
    ) -> None:
        """Builds the layer's part of both graphs.

        Parameters
        ----------
        inpt, inpt_dropout : variables of mini_batch_size * n_in numbers, in any shape
            As the layer before gives them in evaluation and in training.
        mini_batch_size : int

        Raises
        ------
        ValueError
            Where n_in does not fit the layer before.
        """
        for x in (inpt, inpt_dropout):
            checks.input_fits(
                type(self).__name__, x, mini_batch_size, self.n_in, f"n_in = {self.n_in}"
            )
        self.inpt = inpt.reshape((mini_batch_size, self.n_in))
        self.output = self.activation_fn((1 - self.p_dropout) * T.dot(self.inpt, self.w) + self.b)
        self.y_out = T.argmax(self.output, axis=1)
        self.inpt_dropout = dropout_layer(
            inpt_dropout.reshape((mini_batch_size, self.n_in)), self.p_dropout
        )
        self.output_dropout = self.activation_fn(T.dot(self.inpt_dropout, self.w) + self.b)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON can say them; `activation_fn` by its name, or None
        for one that is not network3's."""
        return {
            "n_in": self.n_in,
            "n_out": self.n_out,
            "activation_fn": activations.name(self.activation_fn),
            "p_dropout": self.p_dropout,
            "initialization": self.initialization,
        }

    def accuracy(self, y: TensorVariable) -> TensorVariable:
        """The share of a mini-batch whose largest output is the label: a scalar variable in [0, 1]
        from the labels, an integer variable (mini-batch size,)."""
        return T.mean(T.eq(y, self.y_out))
