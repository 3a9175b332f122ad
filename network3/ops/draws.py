"""The base class of operators that draw random numbers."""

import numpy as np
import pytensor.tensor as T
from pytensor.gradient import DisconnectedType
from pytensor.tensor.variable import TensorVariable

from network3.kernels.operator import KernelOp
from network3.ops.inputs import differ, floats


class Draw(KernelOp):
    """Compute random numbers, in the shape and dtype of `like`, and the next state of a generator.

    The inputs are `like`, whose values are not read, the state, and those that a subclass adds. A
    subclass also declares these attributes.

    Attributes
    ----------
    dtypes : tuple of str
        The possible dtypes of `like`.
    state : (str, tuple of int)
        The dtype and the shape of the state; None stands for any size.
    """

    strided = (0,)
    independent_images = False
    dtypes: tuple[str, ...] = ("float32", "float64")
    state: tuple[str, tuple[int | None, ...]]

    def check(self, like, state, *others):
        if like.dtype not in self.dtypes:
            raise TypeError(
                f"{self.kernel} got a variable of dtype {like.dtype}: it must be one of "
                f"{', '.join(self.dtypes)}"
            )
        check_type(self.kernel, "state", state, *self.state)

    def output_shapes(self, like, state, *others):
        return [tuple(like), tuple(state)]

    def output_dtypes(self, like, state, *others):
        return [like, state]

    def flop(self, *shapes):
        return 0

    def connection_pattern(self, node):
        # The next state depends on the state, everything else on nothing that has a gradient.
        outputs = range(len(node.outputs))
        return [[k == i == 1 for i in outputs] for k, _ in enumerate(node.inputs)]

    def pullback(self, inputs, outputs, cotangents):
        none = [DisconnectedType()() for _ in inputs]
        return [none[0], inputs[1].zeros_like(dtype="float32"), *none[2:]]

    @classmethod
    def example(cls):
        return cls(), cls.example_inputs()

    @classmethod
    def example_inputs(cls):
        dtype, shape = cls.state
        shape = tuple(n or 4 for n in shape)
        return [*floats((3, 2, 5, 7)), T.tensor("state", dtype=dtype, shape=shape)]


def check_type(kernel: str, name: str, x: TensorVariable, dtype: str, shape: tuple) -> None:
    """Raise TypeError unless a variable has this dtype and shape."""
    right = x.dtype == dtype and x.type.ndim == len(shape)
    if not right or any(n and differ(m, n) for m, n in zip(x.type.shape, shape, strict=True)):
        raise TypeError(
            f"{kernel} got a {name} of type {x.type}: it must have the dtype {dtype} and the shape "
            f"{shape}"
        )


def without_values(like: TensorVariable) -> TensorVariable:
    """Return a constant in the shape and dtype of `like`, if the shape is known.

    Random numbers then depend only on the state. Otherwise a function would compute `like`, or its
    replacement in `givens`, just for the next state.
    """
    if None in like.type.shape:
        return like
    return T.constant(np.broadcast_to(np.zeros((), like.dtype), like.type.shape))
