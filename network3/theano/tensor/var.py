"""theano.tensor.var: variables, whose methods accept Theano's arguments.

Importing this module changes PyTensor's class of variables. Calls that PyTensor accepts keep their
meaning.
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
    """The error for a value that cannot be converted to a variable.

    It is a `NotImplementedError` too, because that is the error that PyTensor's operators catch.
    """


class _Computed(MetaType):
    def __instancecheck__(cls, instance):
        kinds = SharedVariable, Constant
        return isinstance(instance, pt.TensorVariable) and not isinstance(instance, kinds)


class TensorVariable(pt.TensorVariable, metaclass=_Computed):
    """An input, or a variable that an operator computes.

    As in Theano, shared variables and constants are not instances of this class.
    """

    def __init__(self, type, owner=None, index=None, name=None):
        super().__init__(type, owner, index, name)


def flatten(self, ndim=None, outdim=None):
    """Do the same as `theano.tensor.flatten`."""
    if ndim is not None and outdim is not None:
        raise ValueError("flatten got ndim and outdim, two names for the same: give only ndim")
    wanted = next((n for n in (ndim, outdim) if n is not None), 1)
    if wanted != 1 and not 1 < wanted <= self.ndim:
        raise ValueError(f"flatten got ndim={wanted}: it must be from 1 to {self.ndim or 1}")
    return _flatten(self, wanted)


def reshape(self, shape, ndim=None):
    """Return the variable in another shape; give `ndim` if the length of `shape` is not known."""
    return _reshape(self, shape, ndim=ndim)


def choose(self, choices, out=None, mode="raise"):
    """Do the same as `theano.tensor.choose`.

    The mode may also be the second argument, as in PyTensor, which ignores it.
    """
    if isinstance(out, str):
        out, mode = None, out
    if out is not None:
        raise ValueError("choose got out: it cannot write the result into a variable, leave it out")
    return pt.choose(self, choices, mode=mode)


def take(self, indices, axis=None, mode="raise"):
    """Do the same as `theano.tensor.take`; PyTensor 3 cannot compile `take` for a single index."""
    indices = pt.as_tensor_variable(indices)
    if axis is None:
        self, axis = self.flatten(), 0
    if indices.ndim > 0:
        return pt.take(self, indices, axis, mode)
    return pt.squeeze(pt.take(self, indices.dimshuffle("x"), axis, mode), axis)


def trace(self):
    """Return the sum of the diagonal."""
    return pt.trace(self)


def get_scalar_constant_value(self):
    """Return the value of a scalar, if the graph shows that it is constant."""
    return self.get_underlying_scalar_constant()


def nonzero(self):
    """Return True, so that ``if variable`` can test for None, and refuse symbolic comparisons."""
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
