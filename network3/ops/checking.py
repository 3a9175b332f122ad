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
    """`SpecifyShape`, but with another error, such as a ValueError.

    Parameters
    ----------
    sentence : str
        What the error says before the shapes.
    error : type
        One of Python's own exceptions.
    """

    __props__ = ("sentence", "error")  # type: ignore[assignment]

    def __init__(self, sentence: str, error: type[Exception] = ValueError):
        self.sentence, self.error = sentence, error

    def perform(self, node, inp, out_):
        try:
            super().perform(node, inp, out_)
        except AssertionError as error:
            raise self.error(str(error).replace("SpecifyShape", self.sentence)) from None

    def pullback(self, inputs, outputs, output_grads):
        _, *shape = inputs
        return [self(output_grads[0], *shape), *(disconnected_type() for _ in shape)]

    def c_code(self, node, name, i_names, o_names, sub):
        code = super().c_code(node, name, i_names, o_names, sub)
        code = code.replace("PyExc_AssertionError", f"PyExc_{self.error.__name__}")
        return code.replace("SpecifyShape", self.sentence)

    def c_code_cache_version(self):
        return (2, self.sentence, self.error.__name__, super().c_code_cache_version())


def checked_shape(
    x: TensorVariable, shape, sentence: str, error: type[Exception] = ValueError
) -> Any:
    """Return `x` with the sizes that are not None; if it has others, computing it raises an error.

    The error begins with `sentence`.
    """
    if T.specify_shape(x, shape) is x:
        return x
    return CheckedShape(sentence, error)(x, *shape)
