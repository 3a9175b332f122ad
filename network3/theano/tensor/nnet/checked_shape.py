"""`SpecifyShape`, but with a ValueError, which Theano's convolutions raise for wrong shapes."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.shape import SpecifyShape
from pytensor.tensor.variable import TensorVariable


class CheckedShape(SpecifyShape):
    """Return the input, or raise a ValueError if it does not have the shape.

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
