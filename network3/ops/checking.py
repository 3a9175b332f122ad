"""Checks in programs for Theano that raise the errors that Theano raised.

They are not part of `network3.theano`, because PyTensor imports the classes of all operators that
it has compiled before, in every program: `network3.theano` would then change PyTensor for it.
"""

from typing import Any

import pytensor.tensor as T
from pytensor.gradient import disconnected_type
from pytensor.raise_op import CheckAndRaise
from pytensor.tensor.shape import SpecifyShape
from pytensor.tensor.variable import TensorVariable


class CheckedValue(CheckAndRaise):
    """`CheckAndRaise`, but its gradient makes the check, too."""

    def pullback(self, inputs, outputs, output_grads):
        _, *conditions = inputs
        disconnected = [disconnected_type() for _ in conditions]
        return [self(output_grads[0], *conditions), *disconnected]


class CheckedShape(SpecifyShape):
    """`SpecifyShape`, but with a ValueError, as Theano's convolutions raise for wrong shapes.

    Parameters
    ----------
    sentence : str
        What the error says before the shapes.
    """

    __props__ = ("sentence",)  # type: ignore[assignment]

    def __init__(self, sentence: str):
        self.sentence = sentence

    def perform(self, node, inp, out_):
        try:
            super().perform(node, inp, out_)
        except AssertionError as error:
            raise ValueError(str(error).replace("SpecifyShape", self.sentence)) from None

    def c_code(self, node, name, i_names, o_names, sub):
        code = super().c_code(node, name, i_names, o_names, sub)
        code = code.replace("PyExc_AssertionError", "PyExc_ValueError")
        return code.replace("SpecifyShape", self.sentence)

    def c_code_cache_version(self):
        return (1, self.sentence, super().c_code_cache_version())


def checked_shape(x: TensorVariable, shape, sentence: str) -> Any:
    """Return `x` with the sizes that are not None; if it has others, computing it raises an error.

    The error is a ValueError that begins with `sentence`.
    """
    if T.specify_shape(x, shape) is x:
        return x
    return CheckedShape(sentence)(x, *shape)
