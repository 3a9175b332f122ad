"""theano.tensor.basic: variables, constants, and most functions on them."""

import builtins

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType, grad_not_implemented, grad_undefined
from pytensor.graph.basic import Apply
from pytensor.link.c.type import Generic
from pytensor.raise_op import Assert

from pytensor.tensor import (  # isort: skip
    Constant, NoneConst, Op, TensorType, Variable, add, all, allclose, alloc, and_, angle, any,
    arange, arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, argmax, argmin, as_tensor,
    as_tensor_variable, bitwise_and, bitwise_not, bitwise_or, bitwise_xor, cast, ceil, ceil_intdiv,
    clip, complex, complex_matrix_types, complex_scalar_types, complex_types, complex_vector_types,
    concatenate, conj, cos, cosh, cov, deg2rad, diagonal, divmod, eq, erf, erfc,
    erfcinv, erfcx, erfinv, exp, exp2, expm1, eye, fill, flatnonzero, float_matrix_types,
    float_scalar_types, float_types, float_vector_types, floor, floor_div, gamma, gammainc,
    gammaincc, gammal, gammaln, gammau, ge, get_vector_length, gt, horizontal_stack, i0, i1,
    identity_like, imag, int_div, int_matrix_types, int_scalar_types, int_types, int_vector_types,
    inverse_permutation, invert, iround, isclose, isinf, isnan, iv, j0, j1, join, jv, largest, le,
    log, log1p, log2, log10, lt, max, max_and_argmax, maximum, mgrid, min, minimum, mod, mul, neg,
    neq, nonzero, nonzero_values, ogrid, ones, ones_like, or_, outer, pow, power, prod, psi, ptp,
    rad2deg, real, roll, round, round_half_away_from_zero, round_half_to_even, scalar_from_tensor,
    second, shape, shape_padaxis, shape_padleft, shape_padright, sin, sinh, smallest, sqr, sqrt,
    square, stacklists, std, sub, sum, swapaxes, switch, tan, tanh, tensor_copy, tensor_from_scalar,
    tensordot, transfer, transpose, tri, tri_gamma, tril, triu, true_div, trunc,
    values_eq_approx_always_true, var, vertical_stack, xor, zeros, zeros_like,
)  # fmt: skip
from pytensor.tensor import abs as abs_
from pytensor.tensor import reciprocal as inv
from pytensor.tensor import sign as sgn
from pytensor.tensor import switch as where
from pytensor.tensor.basic import (
    Alloc,
    AllocDiag,
    AllocEmpty,
    ARange,
    Choose,
    ExtractDiag,
    Eye,
    Join,
    Nonzero,
    PermuteRowElements,
    ScalarFromTensor,
    Split,
    TensorFromScalar,
    get_underlying_scalar_constant_value,
    integer_dtypes,
    register_transfer,
)
from pytensor.tensor.elemwise import CAReduce, DimShuffle, Elemwise
from pytensor.tensor.exceptions import NotScalarConstantError, ShapeError
from pytensor.tensor.math import (
    Argmax,
    Dot,
    Sum,
    complex_dtypes,
    continuous_dtypes,
    discrete_dtypes,
    float_dtypes,
    int_dtypes,
    isinf_,
    isnan_,
    makeKeepDims,
    uint_dtypes,
)
from pytensor.tensor.shape import Reshape, Shape
from pytensor.tensor.type import all_dtypes
from pytensor.tensor.variable import TensorConstantSignature

from network3.kernels.pytensor_versions import (  # noqa: F401  # isort: skip
    _convert_to_bool, _convert_to_complex64, _convert_to_complex128,
    _convert_to_float16, _convert_to_float32, _convert_to_float64,
    _convert_to_int8, _convert_to_int16, _convert_to_int32, _convert_to_int64,
    _convert_to_uint8, _convert_to_uint16, _convert_to_uint32, _convert_to_uint64,
)  # fmt: skip
from network3.theano import absent
from network3.theano.configparser import config
from network3.theano.tensor import broadcasting as _broadcasting
from network3.theano.tensor import constructors as _constructors
from network3.theano.tensor import products as _products
from network3.theano.tensor.broadcasting import *
from network3.theano.tensor.constructors import *
from network3.theano.tensor.products import *
from network3.theano.tensor.var import AsTensorError, TensorConstant, TensorVariable

__all__ = [
    *_broadcasting.__all__,
    *_constructors.__all__,
    *_products.__all__,
    "ARange", "Alloc", "AllocDiag", "AllocEmpty", "Apply", "Argmax", "AsTensorError", "CAReduce",
    "Choose",
    "Constant", "DimShuffle", "DisconnectedType", "Dot", "Elemwise", "ExtractDiag", "Eye",
    "Generic", "Join", "NoneConst", "Nonzero", "NotScalarConstantError", "Op", "PermuteRowElements",
    "Reshape", "ScalarFromTensor", "Shape", "ShapeError", "Split", "Sum", "Tensor",
    "TensorConstant", "TensorConstantSignature", "TensorFromScalar", "TensorType", "TensorVariable",
    "Variable", "abs_", "add", "all", "all_dtypes", "allclose", "alloc", "and_", "angle", "any",
    "arange", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2", "arctanh", "argmax",
    "argmin", "as_tensor", "as_tensor_variable", "bitwise_and", "bitwise_not", "bitwise_or",
    "bitwise_xor", "cast", "ceil", "ceil_intdiv", "chi2sf", "choose", "clip", "complex",
    "complex_dtypes", "complex_from_polar", "complex_matrix_types", "complex_scalar_types",
    "complex_types", "complex_vector_types", "concatenate", "config", "conj", "constant",
    "continuous_dtypes", "cos", "cosh", "cov", "deg2rad", "diag", "diagonal", "discrete_dtypes",
    "divmod", "dot", "eq", "erf", "erfc", "erfcinv", "erfcx", "erfinv", "exp", "exp2", "expm1",
    "extract_constant", "eye", "fill", "flatnonzero", "flatten", "float_dtypes",
    "float_matrix_types", "float_scalar_types", "float_types", "float_vector_types", "floor",
    "floor_div", "gamma", "gammainc", "gammaincc", "gammal", "gammaln", "gammau", "ge",
    "get_scalar_constant_value", "get_vector_length", "grad_not_implemented", "grad_undefined",
    "gt", "horizontal_stack", "i0", "i1", "identity_like", "imag", "int_div", "int_dtypes",
    "int_matrix_types", "int_scalar_types", "int_types", "int_vector_types", "integer_dtypes",
    "inv", "inverse_permutation", "invert", "iround", "is_flat", "isclose", "isinf", "isinf_",
    "isnan", "isnan_", "iv", "j0", "j1", "join", "jv", "largest", "le", "log", "log10", "log1p",
    "log2", "lt", "makeKeepDims", "max", "max_and_argmax", "maximum", "mean", "mgrid", "min",
    "minimum", "mod", "mul", "neg", "neq", "nonzero", "nonzero_values", "ogrid", "ones",
    "ones_like", "or_", "outer", "permute_row_elements", "pow", "power", "prod", "psi", "ptp",
    "rad2deg", "real", "register_transfer", "reshape", "roll", "round", "round_half_away_from_zero",
    "round_half_to_even", "scalar_from_tensor", "second", "sgn", "shape", "shape_padaxis",
    "shape_padleft", "shape_padright", "sin", "sinh", "smallest", "split", "sqr", "sqrt", "square",
    "stack", "stacklists", "std", "sub", "sum", "swapaxes", "switch", "tan", "tanh", "tensor_copy",
    "tensor_from_scalar", "tensordot", "tile", "transfer", "transpose", "tri", "tri_gamma", "tril",
    "triu", "true_div", "trunc", "uint_dtypes", "values_eq_approx_always_true", "var",
    "vertical_stack", "where", "xor", "zeros", "zeros_like",
]  # fmt: skip


Tensor = TensorType


def get_scalar_constant_value(orig_v, elemwise=True, only_process_constants=False, max_recur=10):
    """Return the value of a scalar, if the graph shows that it is constant.

    Raises
    ------
    NotScalarConstantError
        If it is not a scalar, or if the graph does not show that it is constant.
    """
    return get_underlying_scalar_constant_value(
        orig_v,
        elemwise=elemwise,
        only_process_constants=only_process_constants,
        max_recur=max_recur,
    )


def extract_constant(x, elemwise=True, only_process_constants=False):
    """Return the value of a scalar if the graph shows that it is constant, otherwise `x`."""
    return get_underlying_scalar_constant_value(
        x,
        elemwise=elemwise,
        only_process_constants=only_process_constants,
        raise_not_constant=False,
    )


def complex_from_polar(abs, angle):
    """Return the complex number with the given absolute value and angle in radians."""
    return pt.complex(abs * pt.cos(angle), abs * pt.sin(angle))


def dot(a, b):
    """Return the dot product, summed over the last axis of `a` and the last but one of `b`.

    If `b` is a vector, the sum is over its only axis.
    """
    return pt.dot(a, b)


def diag(v, k=0):
    """Return the matrix with a vector on its k-th diagonal, or the k-th diagonal of a tensor.

    The diagonal is that of the first two axes; it becomes the last axis.
    """
    v = as_tensor_variable(v)
    return diagonal(v, offset=k) if v.ndim > 2 else pt.diag(v, k)


def constant(x, name=None, ndim=None, dtype=None):
    """Return a constant with the value `x`, and with the dtype of `x` unless one is given.

    Raises
    ------
    TypeError
        If `x` is not an array of numbers.
    ValueError
        If `x` has more than `ndim` dimensions.
    """
    try:
        return pt.constant(x, name=name, ndim=ndim, dtype=dtype)
    except ValueError as error:
        if "inhomogeneous" not in str(error):
            raise
        raise TypeError(f"Could not convert {x!r} to TensorType: {error}") from None


def chi2sf(x, k):
    """Return the probability that a chi-squared variable with `k` degrees of freedom is > `x`."""
    return gammaincc(k / 2.0, x / 2.0)


def mean(input, axis=None, dtype=None, op=False, keepdims=False, acc_dtype=None):
    """Return the mean over all axes or over the given ones.

    Parameters
    ----------
    input : tensor of any shape
    axis : int or list of int, optional
    dtype : str, optional
        The dtype of the division and of the result; by default float64 for integers, otherwise that
        of `input`.
    op : bool
        Must be False.
    keepdims : bool
        If true, the axes remain, with length 1 and broadcastable.
    acc_dtype : str, optional
        The dtype of the sum.

    Raises
    ------
    ValueError
        If `op` is true.
    """
    if op:
        raise ValueError("mean got op=True: there is no operator for the mean, leave op out")
    return pt.mean(input, axis=axis, dtype=dtype, keepdims=keepdims, acc_dtype=acc_dtype)


def reshape(x, newshape, ndim=None):
    """Return `x` in another shape; `ndim` is needed if the length of `newshape` is not known."""
    return pt.reshape(x, newshape, ndim=ndim)


def flatten(x, ndim=None, outdim=None):
    """Return `x` with its last dimensions joined, so that `ndim` dimensions (by default 1) remain.

    `outdim` is the older name of `ndim`.

    Raises
    ------
    ValueError
        If both names are given, or if `x` has fewer than `ndim` dimensions.
    """
    return pt.as_tensor_variable(x).flatten(ndim, outdim)


def is_flat(var, ndim=None, outdim=None):
    """Return whether a variable already has `ndim` dimensions, by default 1.

    `outdim` is the older name of `ndim`.

    Raises
    ------
    ValueError
        If both names are given.
    """
    if ndim is not None and outdim is not None:
        raise ValueError("is_flat got ndim and outdim, two names for the same: give only ndim")
    return var.ndim == next((n for n in (ndim, outdim) if n is not None), 1)


def stack(*tensors, **kwargs):
    """Stack tensors of the same shape along a new axis.

    Call it as ``stack([x, y], axis)``, or as older programs do, ``stack(x, y)``, which stacks along
    axis 0.

    Parameters
    ----------
    *tensors : list of tensors, or several tensors
    axis : int
        The position of the new axis in the result, by default 0.

    Raises
    ------
    TypeError
        If there are no tensors, or if `axis` is given without a list of tensors.
    """
    if not tensors and "tensors" not in kwargs:
        raise TypeError("stack got no tensors: give it a list of them")
    if "tensors" in kwargs or isinstance(tensors[0], list | tuple):
        return _stack(*tensors, **kwargs)
    # As in Theano, a variable alone is a sequence of its entries.
    if len(tensors) == 1 or (len(tensors) == 2 and isinstance(tensors[1], int)):
        return _stack(list(tensors[0]), *tensors[1:], **kwargs)
    if kwargs:
        raise TypeError("stack got several tensors and an axis: put the tensors in a list")
    return _stack(tensors)


def _stack(tensors, axis=0):
    return pt.stack(tensors, axis=axis)


def split(x, splits_size, n_splits, axis=0):
    """Split `x` along an axis into `n_splits` parts, whose lengths are in `splits_size`."""
    return pt.split(x, splits_size, n_splits=n_splits, axis=axis)


def tile(x, reps, ndim=None):
    """Repeat `x` as a whole along its axes.

    Parameters
    ----------
    x : tensor
    reps : int, list of int, or vector of integers
        The numbers of repetitions along the last axes. If there are fewer numbers than axes, the
        first axes are not repeated.
    ndim : int, optional
        The number of dimensions of the result, at least that of `x` and the length of `reps`. A
        symbolic vector `reps` needs it.

    Raises
    ------
    ValueError
        If `ndim` is too small, or `reps` is not what it must be.
    AssertionError
        When the function runs, if a symbolic vector `reps` is longer than `ndim`.
    """
    if isinstance(reps, list | tuple):
        counts = list(reps)
    else:
        reps = pt.as_tensor_variable(reps)
        counts = _repetitions(reps, ndim) if reps.ndim == 1 else [reps]
    if not builtins.all(_is_integer(n) for n in counts):
        raise ValueError(f"tile got {reps!r} repetitions: they must be integers")
    tiled = pt.tile(x, counts)
    if ndim is None or ndim == tiled.ndim:
        return tiled
    if ndim < tiled.ndim:
        raise ValueError(f"tile got ndim={ndim}: it must be at least {tiled.ndim}")
    return pt.shape_padleft(tiled, ndim - tiled.ndim)


def _repetitions(counts, ndim):
    """Return a vector of repetitions as a list of `ndim` numbers, the first of them 1."""
    (length,) = counts.type.shape
    if length is None:
        if ndim is None:
            raise ValueError("tile got a vector of repetitions of unknown length: it needs ndim")
        missing = ndim - counts.shape[0]
        fits = Assert(f"tile got more repetitions than ndim={ndim}")
        counts = pt.concatenate([pt.ones(fits(missing, pt.ge(missing, 0)), counts.dtype), counts])
        length = ndim
    return [counts[i] for i in range(length)]


def _is_integer(n):
    n = pt.as_tensor_variable(n)
    return n.ndim == 0 and n.dtype in integer_dtypes


def choose(a, choices, out=None, mode="raise"):
    """Choose each element of the result from the choice whose index is in `a`.

    Parameters
    ----------
    a : tensor of integers
        The indices.
    choices : list of tensors
        Tensors that broadcast with `a`.
    out : None
        Must be None, as in Theano.
    mode : str
        What to do with indices out of range: 'raise', 'wrap' or 'clip'.

    Raises
    ------
    ValueError
        If `out` is not None.
    """
    if out is not None:
        raise ValueError("choose got out: it cannot write the result into a variable, leave it out")
    return pt.choose(a, choices, mode=mode)


def permute_row_elements(x, y, inverse=0):
    """Return `x` with each row permuted by the indices in the row of `y`.

    With ``inverse=1``, apply the inverse permutations.
    """
    return pt.permute_row_elements(x, y, bool(inverse))


# theano.tensor, too, uses these messages.
INSTEAD = {
    "EmptyConstantError": "catch NotScalarConstantError",
    "Flatten": "use the function flatten",
    "MaxAndArgmax": "use the function max_and_argmax",
    "Mean": "use the function mean",
    "Rebroadcast": "use theano.compile.ops.Rebroadcast, or addbroadcast or unbroadcast",
    "Tile": "use the function tile",
    "Tri": "use the function tri",
    "default": "write `y if x is None else x`",
    "div_proxy": "use true_div or int_div",
    "join_": "use the function join",
}

__getattr__ = absent.names(__name__, INSTEAD)
