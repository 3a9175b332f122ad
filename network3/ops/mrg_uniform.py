"""Uniform numbers by MRG31k3p, the generator of Theano's MRG_RandomStreams."""

import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import differ, floats


class MRGUniform(KernelOp):
    """u, next rstates: number i comes from row i mod R, which makes the step
    y1 = (2^22 x12 + 129 x13) mod M1, y2 = (2^15 x21 + 32769 x23) mod M2, z = (y1 - y2) mod M1"""

    kernel = "mrg_uniform"
    strided = (0,)
    independent_images = False
    __props__ = ("in_place",)

    def __init__(self, in_place=False):
        self.in_place = in_place
        if in_place:
            self.destroy_map = {1: [1]}

    def updated(self):
        return {1: 1}

    def check(self, like, rstates):
        if like.dtype not in ("float32", "float64", "int32"):
            raise TypeError(
                f"mrg_uniform got a variable of dtype {like.dtype}, it needs float32, float64 or "
                "int32"
            )
        if rstates.dtype != "int32" or rstates.type.ndim != 2 or differ(rstates.type.shape[1], 6):
            raise TypeError(
                f"mrg_uniform got rstates of type {rstates.type}, it needs rows of six int32"
            )

    def output_shapes(self, like, rstates):
        return [tuple(like), tuple(rstates)]

    def output_dtypes(self, like, rstates):
        return [like, rstates]

    def flop(self, like, rstates):
        return 0

    def connection_pattern(self, node):
        return [[False, False], [False, True]]

    def pullback(self, inputs, outputs, cotangents):
        return [DisconnectedType()(), inputs[1].zeros_like(dtype="float32")]

    @classmethod
    def example(cls):
        return cls(), [*floats((4, 5)), T.tensor("rstates", dtype="int32", shape=(4, 6))]


class MRGUniformUpTo(MRGUniform):
    """u, next rstates: as MRGUniform, but only the first `count` numbers are drawn"""

    kernel = "mrg_uniform_up_to"

    def check(self, like, rstates, count):
        super().check(like, rstates)
        if count.dtype != "int64" or count.type.ndim:
            raise TypeError(f"mrg_uniform got a count of type {count.type}, it needs one int64")

    def output_shapes(self, like, rstates, count):
        return super().output_shapes(like, rstates)

    def output_dtypes(self, like, rstates, count):
        return super().output_dtypes(like, rstates)

    def flop(self, like, rstates, count):
        return 0

    def connection_pattern(self, node):
        return [*super().connection_pattern(node), [False, False]]

    def pullback(self, inputs, outputs, cotangents):
        return [*super().pullback(inputs, outputs, cotangents), DisconnectedType()()]

    @classmethod
    def example(cls):
        op, inputs = super().example()
        return op, [*inputs, T.lscalar("count")]


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
