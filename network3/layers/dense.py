"""The common base class of fully connected layers and softmax layers."""

from typing import Any

import numpy as np
import pytensor.tensor as T
from pytensor.graph.basic import Variable
from pytensor.tensor.sharedvar import TensorSharedVariable
from pytensor.tensor.variable import TensorVariable

from network3.checks.numbers import whole_number
from network3.layers.dropout import dropout_layer, kind_of_masks, share_to_drop
from network3.layers.layer import Layer


class DenseLayer(Layer):
    """Compute activate(inpt . w + b), with dropout of the inputs in training.

    A subclass defines `activate` and sets `w` and `b`.
    """

    w: TensorSharedVariable
    b: TensorSharedVariable
    masks = "independent"  # of layers that older versions pickled

    def __init__(self, n_in: int, n_out: int, p_dropout: float | Variable, masks: str) -> None:
        name = type(self).__name__
        self.n_in = whole_number(name, "n_in", n_in)
        self.n_out: int = whole_number(name, "n_out", n_out)
        self.p_dropout = share_to_drop(name, p_dropout)
        self.masks = kind_of_masks(name, masks)
        self.input_shape = (self.n_in,)
        self.input_source = f"n_in = {self.n_in}"

    def activate(self, z: TensorVariable) -> TensorVariable:
        """Return the output for the weighted inputs z (mini-batch size, n_out)."""
        raise NotImplementedError

    def set_inpt(
        self, inpt: TensorVariable, inpt_dropout: TensorVariable, mini_batch_size: int
    ) -> None:
        """Build the layer's part of the graphs for evaluation and for training.

        Parameters
        ----------
        inpt, inpt_dropout : variables of mini_batch_size * n_in numbers, in any shape
            The output of the previous layer in evaluation and in training.
        mini_batch_size : int

        Raises
        ------
        ValueError
            If `n_in` does not match the output of the previous layer.
        """
        for x in (inpt, inpt_dropout):
            self.check_input(x, mini_batch_size)
        self.inpt = inpt.reshape((mini_batch_size, self.n_in))
        self.output = self.activate((1 - self.p_dropout) * T.dot(self.inpt, self.w) + self.b)
        self.y_out = T.argmax(self.output, axis=1)
        self.inpt_dropout = dropout_layer(
            inpt_dropout.reshape((mini_batch_size, self.n_in)), self.p_dropout, self.masks
        )
        self.output_dropout = self.activate(T.dot(self.inpt_dropout, self.w) + self.b)

    def accuracy(self, y: TensorVariable) -> TensorVariable:
        """Return the share of a mini-batch that is classified correctly.

        Parameters
        ----------
        y : integer variable (mini-batch size,)
            The labels.

        Returns
        -------
        scalar variable in [0, 1]
        """
        return T.mean(T.eq(y, self.y_out))

    @property
    def flop(self) -> int:
        return 2 * self.n_in * self.n_out

    @classmethod
    def param_shapes(cls, config: dict[str, Any]) -> list[tuple[int, ...]]:
        return [(config["n_in"], config["n_out"]), (config["n_out"],)]

    def to_onnx(self, graph: Any) -> None:
        graph.add("Reshape", np.array([-1, self.n_in]))
        kept = 1 - self.p_dropout
        alpha = float(kept.eval()) if isinstance(kept, Variable) else kept
        graph.add("Gemm", *graph.floats(self.params), alpha=alpha)
