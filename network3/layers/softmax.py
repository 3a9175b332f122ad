"""A softmax layer, the last of a net."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.special import softmax
from pytensor.tensor.variable import TensorVariable

from network3.layers import checks
from network3.layers.dropout import dropout_layer
from network3.parameters import zeros


class SoftmaxLayer:
    """Every output is connected to every input; the outputs are probabilities that add up to 1.

    Parameters
    ----------
    n_in : int
        Inputs for an image.
    n_out : int
        Classes.
    p_dropout : float in [0, 1)
        The share of the layer's inputs that is dropped in training. In evaluation all are used and
        the weighted sum is multiplied by 1 - p_dropout.

    Attributes
    ----------
    w : shared (n_in, n_out) in floatX, zeros
    b : shared (n_out,) in floatX, zeros
    params : [w, b]
    inpt, inpt_dropout : variables (mini-batch size, n_in), after `set_inpt`
    output, output_dropout : variables (mini-batch size, n_out), in [0, 1], rows that add up to 1
    y_out : int64 variable (mini-batch size,), the most probable class

    Raises
    ------
    ValueError
        For sizes that are not positive whole numbers, or `p_dropout` outside [0, 1).

    Source: "Neural Networks and Deep Learning", chapter 3, "Softmax".
    """

    def __init__(self, n_in: int, n_out: int, p_dropout: float = 0.0) -> None:
        name = type(self).__name__
        self.n_in = checks.whole_number(name, "n_in", n_in)
        self.n_out = checks.whole_number(name, "n_out", n_out)
        self.p_dropout = checks.probability(name, p_dropout)
        self.w = zeros((self.n_in, self.n_out), "w")
        self.b = zeros((self.n_out,), "b")
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
        # axis=1: PyTensor's default would be the softmax of all entries together.
        self.output = softmax((1 - self.p_dropout) * T.dot(self.inpt, self.w) + self.b, axis=1)
        self.y_out = T.argmax(self.output, axis=1)
        self.inpt_dropout = dropout_layer(
            inpt_dropout.reshape((mini_batch_size, self.n_in)), self.p_dropout
        )
        self.output_dropout = softmax(T.dot(self.inpt_dropout, self.w) + self.b, axis=1)

    def config(self) -> dict[str, Any]:
        """The constructor's arguments as JSON can say them."""
        return {"n_in": self.n_in, "n_out": self.n_out, "p_dropout": self.p_dropout}

    def cost(self, net: Any) -> TensorVariable:
        """The log-likelihood cost, -mean(log(probability of the label)), a scalar variable, of the
        training graph and the labels `net.y`, an int32 variable (mini-batch size,)."""
        return -T.mean(T.log(self.output_dropout)[T.arange(net.y.shape[0]), net.y])

    def accuracy(self, y: TensorVariable) -> TensorVariable:
        """The share of a mini-batch whose most probable class is the label: a scalar variable in
        [0, 1] from the labels, an integer variable (mini-batch size,)."""
        return T.mean(T.eq(y, self.y_out))
