"""Uniform numbers by MRG31k3p, the generator of Theano's MRG_RandomStreams."""

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.ops.draws import Draw, check_type


class MRGUniform(Draw):
    """u, next rstates: number i comes from row i mod R, which makes the step
    y1 = (2^22 x12 + 129 x13) mod M1, y2 = (2^15 x21 + 32769 x23) mod M2, z = (y1 - y2) mod M1"""

    kernel = "mrg_uniform"
    dtypes = ("float32", "float64", "int32")
    state = ("int32", (None, 6))
    __props__ = ("in_place",)

    def __init__(self, in_place=False):
        self.in_place = in_place
        if in_place:
            self.destroy_map = {1: [1]}

    def updated(self):
        return {1: 1}


class MRGUniformUpTo(MRGUniform):
    """u, next rstates: as MRGUniform, but only the first `count` numbers are drawn"""

    kernel = "mrg_uniform_up_to"

    def check(self, like, rstates, count):
        super().check(like, rstates)
        check_type(self.kernel, "count", count, "int64", ())

    @classmethod
    def example_inputs(cls):
        return [*super().example_inputs(), T.lscalar("count")]


def mrg_uniform(
    like: TensorVariable, rstates: TensorVariable, count: TensorVariable | None = None
) -> tuple[TensorVariable, TensorVariable]:
    """Return uniform numbers and the next state.

    The numbers are those of compiled Theano 1.0.5, bit for bit the same on every backend.

    Parameters
    ----------
    like : variable of any shape, float32, float64 or int32
        Gives the result its shape and dtype; its values are not read. int32 stands for the
        generator's integers, from 1 to 2**31 - 1.
    rstates : int32 variable (R, 6)
        Rows of the generator's six numbers. Row r gives the numbers r, r + R, r + 2R, ...
    count : int64 variable, optional
        How many numbers are drawn; the others are 1.

    Returns
    -------
    u : variable of the shape and dtype of `like`
        Between 0 and 1, both excluded: 2**-31 times the generator's integers in float64. In float32
        it is the number just below, so that it is never 1.
    next_rstates : int32 variable (R, 6)

    Raises
    ------
    TypeError
        If a dtype or the number of columns is another.

    References
    ----------
    P. L'Ecuyer, R. Touzin, "Fast combined multiple recursive generators with multipliers of the
    form a = +-2^q +- 2^r", WSC 2000.
    """
    return MRGUniform()(like, rstates) if count is None else MRGUniformUpTo()(like, rstates, count)
