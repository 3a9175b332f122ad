"""Draws by NumPy's legacy generator, `numpy.random.RandomState`, as Theano's RandomStreams draws.

A graph's state is a RandomState. Compiled functions that only know arrays, those of JAX and Numba,
take it packed: `packed` and `unpacked` convert.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pytensor.gradient import DisconnectedType, grad_undefined
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.graph.type import Type
from pytensor.tensor import as_tensor_variable

from network3.kernels.pytensor_versions import node_and_shapes
from network3.ops.mersenne_mask import bound_of

PACKED = 628  # uint32: 624 words, the position in them, whether a normal number is kept, its halves


class RandomStateType(Type):
    """The type of variables whose value is a `numpy.random.RandomState`."""

    dtype = "uint32"  # of a packed state
    __props__: tuple[str, ...] = ()

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return hash(type(self))

    def __repr__(self):
        return "RandomStateType"

    def filter(self, data, strict=False, allow_downcast=None):
        if type(data) is not np.random.RandomState:
            raise TypeError(f"a random state got {data!r}, it needs a numpy.random.RandomState")
        return data

    @staticmethod
    def values_eq(a, b):
        return np.array_equal(packed(a), packed(b))

    @staticmethod
    def may_share_memory(a, b):
        return a is b


random_state_type = RandomStateType()


class RandomFunction(Op):
    """next state, numbers = fn(a copy of the state, *arguments, size)

    Parameters
    ----------
    fn : str or function
        The name of a method of RandomState, or a function of a RandomState. It takes the size, a
        tuple or None, as its last positional argument.
    outtype : TensorType
        The type of the numbers, which are cast to its dtype.
    inplace : bool
        If true, the state itself advances, not a copy of it.
    ndim_added : int
        How many dimensions the numbers have more than the size.

    Notes
    -----
    Apply it to a state, the size as a vector (of length 0 if NumPy is to find it) and arguments.
    """

    __props__ = ("fn", "outtype", "inplace", "ndim_added")

    def __init__(self, fn, outtype, inplace=False, ndim_added=0):
        self.fn, self.outtype = fn, outtype
        self.inplace, self.ndim_added = inplace, ndim_added
        if inplace:
            self.destroy_map = {0: [0]}

    @property
    def exec_fn(self) -> Callable:
        return getattr(np.random.RandomState, self.fn) if isinstance(self.fn, str) else self.fn

    def __str__(self):
        return f"RandomFunction{{{self.exec_fn.__name__}}}"

    def make_node(self, r, shape, *args):
        if not isinstance(r.type, RandomStateType):
            raise TypeError(f"{self} got a state of type {r.type}, it needs a random_state_type()")
        if isinstance(shape, tuple | list) and not shape:
            shape = np.empty(0, "int64")
        shape = as_tensor_variable(shape, ndim=1)
        if shape.dtype not in ("int32", "int64"):
            raise TypeError(f"{self} got a size of dtype {shape.dtype}, it needs int32 or int64")
        arguments = [as_tensor_variable(argument) for argument in args]
        return Apply(self, [r, shape, *arguments], [r.type(), self.outtype()])

    def infer_shape(self, *arguments):
        node, _ = node_and_shapes(arguments)
        size, numbers = node.inputs[1], node.outputs[1]
        if self.ndim_added or size.type.shape == (0,):
            return [None, tuple(map(numbers.shape.__getitem__, range(numbers.type.ndim)))]
        return [None, tuple(map(size.__getitem__, range(numbers.type.ndim)))]

    def __call__(self, *inputs, **kwargs) -> Any:
        # PyTensor's annotation includes lists, which every caller would have to rule out.
        return super().__call__(*inputs, **kwargs)

    def perform(self, node, inputs, output_storage):
        state, size, *arguments = inputs
        if type(state) is not np.random.RandomState:  # JAX has computed with it
            state = unpacked(state)
        elif not self.inplace:
            state = copied(state)
        output_storage[0][0] = state
        output_storage[1][0] = self.drawn(state, size, arguments)

    def drawn(self, state: np.random.RandomState, size: Any, arguments: Sequence) -> np.ndarray:
        """Draw from `state`, which advances."""
        size = tuple(int(n) for n in size) or None
        numbers = self._quickly(state, size, arguments)
        if numbers is None:
            numbers = self.exec_fn(state, *arguments, size)
        numbers = np.asarray(numbers, self.outtype.dtype)
        if size is None and numbers.ndim == 0:
            numbers = numbers.reshape(self.outtype.ndim * (1,))
        wanted = numbers.shape if size is None else size + numbers.shape[len(size) :]
        fits = numbers.ndim == self.outtype.ndim and (
            size is None or self.outtype.ndim == len(size) + self.ndim_added
        )
        if not fits or numbers.shape != wanted:
            raise ValueError(
                f"{self}: shape mismatch: the size is {size} and the numbers drawn have the shape "
                f"{numbers.shape}, but {self.outtype.ndim} dimensions are promised"
            )
        return numbers

    def _quickly(self, state, size, arguments):
        """Draw zeros and ones in a third of the time that `RandomState.binomial` takes, else None.

        See `bound_of`.
        """
        if self.fn != "binomial" or size is None:
            return None
        n, p = map(np.asarray, arguments)
        if n.ndim or p.ndim or n != 1 or not 0 < p <= 1:
            return None
        most, below = bound_of(float(p))
        drawn = state.random_sample(size)
        return drawn <= most if below else drawn > most

    def pullback(self, inputs, outputs, cotangents):
        why = "No gradient defined through raw random numbers op"
        return [grad_undefined(self, k, x, why) for k, x in enumerate(inputs)]

    def pushforward(self, inputs, outputs, tangents):
        return [DisconnectedType()() for _ in outputs]


def copied(state: np.random.RandomState) -> np.random.RandomState:
    """Return a copy. In NumPy 2, `copy.copy` shares the generator itself."""
    copy = np.random.RandomState(0)
    copy.set_state(state.get_state())
    return copy


def packed(state: np.random.RandomState) -> np.ndarray:
    """Return a state as uint32 (PACKED,)."""
    _, words, position, kept, number = state.get_state()
    halves = np.array([number if kept else 0.0]).view("uint32")
    return np.concatenate([words, np.array([position, kept], "uint32"), halves]).astype("uint32")


def unpacked(array: Any) -> np.random.RandomState:
    """Return the RandomState of a packed state."""
    array = np.asarray(array)
    number = array[626:].copy().view("float64")[0]
    state = np.random.RandomState(0)
    state.set_state(("MT19937", array[:624], int(array[624]), int(array[625]), number))
    return state
