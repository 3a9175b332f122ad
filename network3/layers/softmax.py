"""A softmax layer, the last layer of a network."""

from typing import Any

import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.tensor.special import softmax
from pytensor.tensor.variable import TensorVariable

from network3.layers.dense import DenseLayer
from network3.layers.initialization import zeros


class SoftmaxLayer(DenseLayer):
    """Compute softmax(inpt . w + b): the outputs are probabilities that add up to 1.

    Parameters
    ----------
    n_in : int
        The number of inputs per image.
    n_out : int
        The number of classes.
    p_dropout : float in [0, 1], or a scalar variable
        The share of the inputs that is dropped in training. In evaluation all inputs are used and
        the weighted sum is multiplied by 1 - p_dropout.
    masks : "original" or "independent"
        How dropout's masks are drawn; see `dropout_layer`.

    Attributes
    ----------
    w : shared (n_in, n_out) in floatX
        The weights, zero at first.
    b : shared (n_out,) in floatX
        The biases, zero at first.
    params : [w, b]
    inpt, inpt_dropout : variables (mini-batch size, n_in), after `set_inpt`
    output, output_dropout : variables (mini-batch size, n_out)
        Probabilities in [0, 1]; each row adds up to 1.
    y_out : int64 variable (mini-batch size,)
        The most probable class.

    Raises
    ------
    ValueError
        If the sizes are not positive whole numbers, or `p_dropout` is outside [0, 1], or
        `masks` is not valid.

    References
    ----------
    Michael Nielsen, "Neural Networks and Deep Learning", chapter 3, "Softmax".
    """

    def __init__(
        self,
        n_in: int,
        n_out: int,
        p_dropout: float | Variable = 0.0,
        masks: str = "original",
    ) -> None:
        super().__init__(n_in, n_out, p_dropout, masks)
        self.w = zeros((self.n_in, self.n_out), "w")
        self.b = zeros((self.n_out,), "b")
        self.params = [self.w, self.b]

    def activate(self, z: TensorVariable) -> TensorVariable:
        # By default PyTensor would normalize over all entries together.
        return softmax(z, axis=1)

    def cost(self, net: Any) -> TensorVariable:
        """Return the log-likelihood cost of the training graph.

        Parameters
        ----------
        net : Network
            Its `y`, an int32 variable (mini-batch size,), holds the labels.

        Returns
        -------
        scalar variable, -mean(log(probability of the label))
        """
        return -T.mean(T.log(self.output_dropout)[T.arange(net.y.shape[0]), net.y])

    def config(self) -> dict[str, Any] | None:
        return self.arguments_of(SoftmaxLayer)

    def to_onnx(self, graph: Any) -> None:
        super().to_onnx(graph)
        graph.add("Softmax", axis=1)
