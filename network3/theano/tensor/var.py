"""theano.tensor.var: variables, and what Theano's methods take that PyTensor's do not.

Importing this adds to PyTensor's class of variables. What PyTensor accepts means what it did.
"""

import pytensor.tensor as pt
from pytensor.compile.sharedvalue import SharedVariable
from pytensor.graph.utils import MetaType
from pytensor.scalar.basic import GE, GT, LE, LT, ComplexError, IntegerDivisionError
from pytensor.tensor import Constant, TensorConstant, TensorType, Variable
from pytensor.tensor.utils import hash_from_ndarray
from pytensor.tensor.variable import TensorConstantSignature

from network3.kernels.pytensor_versions import conversions, patch, variable_methods
from network3.theano import absent
from network3.theano.configparser import config

__all__ = [
    "AsTensorError",
    "ComplexError",
    "Constant",
    "IntegerDivisionError",
    "TensorConstant",
    "TensorConstantSignature",
    "TensorType",
    "TensorVariable",
    "Variable",
    "config",
    "hash_from_ndarray",
]


class AsTensorError(TypeError, NotImplementedError):
    """A value cannot become a variable. PyTensor's operators catch the second of the classes."""


class _Computed(MetaType):
    def __instancecheck__(cls, instance):
        kinds = SharedVariable, Constant
        return isinstance(instance, pt.TensorVariable) and not isinstance(instance, kinds)


class TensorVariable(pt.TensorVariable, metaclass=_Computed):
    """An input or a computed array. `isinstance` says no to shared variables and constants, as in
    Theano, where these are classes of their own."""

    def __init__(self, type, owner=None, index=None, name=None):
        super().__init__(type, owner, index, name)


def flatten(self, ndim=None, outdim=None):
    """As theano.tensor.flatten: one dimension, or ndim of them; outdim is its older name."""
    if ndim is not None and outdim is not None:
        raise ValueError("flatten got ndim and outdim, two names for the same: give one")
    wanted = next((n for n in (ndim, outdim) if n is not None), 1)
    if wanted != 1 and not 1 < wanted <= self.ndim:
        raise ValueError(f"flatten got ndim {wanted}: it must be 1 to {self.ndim or 1}")
    return _flatten(self, wanted)


def reshape(self, shape, ndim=None):
    """In another shape; ndim is needed where the length of the shape is not known."""
    return _reshape(self, shape, ndim=ndim)


def choose(self, choices, out=None, mode="raise"):
    """As theano.tensor.choose; the mode may come second, where PyTensor has it (and ignores it)."""
    if isinstance(out, str):
        out, mode = None, out
    if out is not None:
        raise ValueError("choose got out: the result cannot be written into a variable")
    return pt.choose(self, choices, mode=mode)


def take(self, indices, axis=None, mode="raise"):
    """As theano.tensor.take; PyTensor 3 fails to compile it for a single index."""
    indices = pt.as_tensor_variable(indices)
    if axis is None:
        self, axis = self.flatten(), 0
    if indices.ndim > 0:
        return pt.take(self, indices, axis, mode)
    return pt.squeeze(pt.take(self, indices.dimshuffle("x"), axis, mode), axis)


def trace(self):
    """The sum of the diagonal."""
    return pt.trace(self)


def get_scalar_constant_value(self):
    """The number that a constant scalar stands for, as far as the graph shows it."""
    return self.get_underlying_scalar_constant()


def nonzero(self):
    """True, so that `if variable` asks whether there is one; what compares has no answer yet."""
    if self.owner and isinstance(getattr(self.owner.op, "scalar_op", None), LT | GT | LE | GE):
        raise TypeError("Variables do not support boolean operations.")
    return True


_flatten = variable_methods.flatten
_reshape = variable_methods.reshape

for _method in (flatten, reshape, choose, take, trace, get_scalar_constant_value):
    patch(variable_methods, _method.__name__, _method)
patch(variable_methods, "__bool__", nonzero)


def _refuse(x, name, ndim, **more):
    raise AsTensorError(f"Cannot convert {x!r}, a {type(x).__name__}, to a tensor variable")


def _of_sequence(x, name, ndim, **more):
    try:
        return _sequences(x, name, ndim, **more)
    except ValueError as error:
        if "inhomogeneous" not in str(error):
            raise
        raise AsTensorError(f"Cannot convert {x!r} to a tensor variable: {error}") from None


_sequences = conversions.dispatch(list)
conversions.register(object, _refuse)
conversions.register(list, _of_sequence)
conversions.register(tuple, _of_sequence)

__getattr__ = absent.names(__name__)
