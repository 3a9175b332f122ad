"""theano.scalar.basic: types of single numbers, and the operators on them."""

import numpy as np

from pytensor.scalar.basic import (  # isort: skip
    AND, EQ, GE, GT, LE, LT, NEQ, OR, XOR, Abs, Add, ArcCos, ArcCosh, ArcSin, ArcSinh, ArcTan,
    ArcTan2, ArcTanh, BinaryBitOp, BinaryScalarOp, Cast, Ceil, Clip, Complex, ComplexError,
    Composite, Conj, Cos, Cosh, Exp, Exp2, Expm1, FixedLogicalComparison, Floor, Identity, Imag,
    IntDiv, IntegerDivisionError, Invert, IsInf, IsNan, Log, Log1p, Log2, Log10, LogicalComparison,
    Maximum, Minimum, Mod, Mul, Neg, NumpyAutocaster, Pow, Real, RoundHalfAwayFromZero,
    RoundHalfToEven, ScalarConstant, ScalarOp, ScalarVariable, Second, Sin, Sinh, Sqr, Sqrt, Sub,
    Switch, Tan, Tanh, TrueDiv, Trunc, UnaryBitOp, UnaryScalarOp, add, all_types, and_, arccos,
    arccosh, arcsin, arcsinh, arctan, arctan2, arctanh, as_scalar, autocast_float, autocast_int,
    bool, cast, ceil, clip, complex, complex64, complex128, complex_types, complexs, complexs64,
    complexs128, conj, constant, continuous_types, convert, convert_to_bool, convert_to_complex64,
    convert_to_complex128, convert_to_float16, convert_to_float32, convert_to_float64,
    convert_to_int8, convert_to_int16, convert_to_int32, convert_to_int64, convert_to_uint8,
    convert_to_uint16, convert_to_uint32, convert_to_uint64, cos, cosh, discrete_types, eq, exp,
    exp2, expm1, float16, float32, float64, float_out, float_types, floats, floor, floor_div, ge,
    get_scalar_type, gt, identity, imag, int8, int16, int32, int64, int_div, int_out, int_types,
    ints, invert, isinf, isnan, le, log, log1p, log2, log10, lt, maximum, minimum, mod, mod_check,
    mul, neg, neq, or_, pow, real, real_out, round_half_away_from_zero, round_half_away_from_zero_,
    round_half_away_from_zero_vec, round_half_away_from_zero_vec32, round_half_away_from_zero_vec64,
    round_half_to_even, same_out, same_out_float_only, same_out_min8, same_out_nobool,
    same_out_nocomplex, second, sin, sinh, specific_out, sqr, sqrt, sub, switch, tan, tanh,
    true_div, trunc, uint8, uint16, uint32, uint64, uint_types, upcast, upcast_out, upcast_out_min8,
    upcast_out_no_complex, upcast_out_nobool, upgrade_to_float, upgrade_to_float64,
    upgrade_to_float_no_complex, xor,
)  # fmt: skip
from pytensor.scalar.basic import Reciprocal as Inv
from pytensor.scalar.basic import ScalarInnerGraphOp
from pytensor.scalar.basic import ScalarType as Scalar
from pytensor.scalar.basic import Sign as Sgn
from pytensor.scalar.basic import abs as abs_
from pytensor.scalar.basic import reciprocal as inv
from pytensor.scalar.basic import sign as sgn

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "AND", "Abs", "Add", "ArcCos", "ArcCosh", "ArcSin", "ArcSinh", "ArcTan", "ArcTan2", "ArcTanh",
    "BinaryBitOp", "BinaryScalarOp", "Cast", "Ceil", "Clip", "Complex", "ComplexError", "Composite",
    "Conj", "Cos", "Cosh", "EQ", "Exp", "Exp2", "Expm1", "FixedLogicalComparison", "Floor", "GE",
    "GT", "Identity", "Imag", "IntDiv", "IntegerDivisionError", "Inv", "Invert", "IsInf", "IsNan",
    "LE", "LT", "Log", "Log10", "Log1p", "Log2", "LogicalComparison", "Maximum", "Minimum", "Mod",
    "Mul", "NEQ", "Neg", "NumpyAutocaster", "OR", "Pow", "Real", "RoundHalfAwayFromZero",
    "RoundHalfToEven", "Scalar", "ScalarConstant", "ScalarOp", "ScalarVariable", "Second", "Sgn",
    "Sin", "Sinh", "Sqr", "Sqrt", "Sub", "Switch", "Tan", "Tanh", "TrueDiv", "Trunc", "UnaryBitOp",
    "UnaryScalarOp", "XOR", "abs_", "add", "all_types", "and_", "arccos", "arccosh", "arcsin",
    "arcsinh", "arctan", "arctan2", "arctanh", "as_scalar", "autocast_float", "autocast_int",
    "bool", "cast", "ceil", "clip", "complex", "complex128", "complex64", "complex_types",
    "complexs", "complexs128", "complexs64", "conj", "constant", "continuous_types", "convert",
    "convert_to_bool", "convert_to_complex128", "convert_to_complex64", "convert_to_float16",
    "convert_to_float32", "convert_to_float64", "convert_to_int16", "convert_to_int32",
    "convert_to_int64", "convert_to_int8", "convert_to_uint16", "convert_to_uint32",
    "convert_to_uint64", "convert_to_uint8", "cos", "cosh", "discrete_types", "eq", "exp", "exp2",
    "expm1", "float16", "float32", "float64", "float_out", "float_types", "floats", "floor",
    "floor_div", "ge", "get_scalar_type", "gt", "identity", "imag", "int16", "int32", "int64",
    "int8", "int_div", "int_out", "int_types", "ints", "inv", "invert", "isinf", "isnan", "le",
    "log", "log10", "log1p", "log2", "lt", "maximum", "minimum", "mod", "mod_check", "mul", "neg",
    "neq", "or_", "pow", "real", "real_out", "round_half_away_from_zero",
    "round_half_away_from_zero_", "round_half_away_from_zero_vec",
    "round_half_away_from_zero_vec32", "round_half_away_from_zero_vec64", "round_half_to_even",
    "same_out", "same_out_float_only", "same_out_min8", "same_out_nobool", "same_out_nocomplex",
    "second", "sgn", "sin", "sinh", "specific_out", "sqr", "sqrt", "sub", "switch", "tan", "tanh",
    "true_div", "trunc", "uint16", "uint32", "uint64", "uint8", "uint_types", "upcast",
    "upcast_out", "upcast_out_min8", "upcast_out_no_complex", "upcast_out_nobool",
    "upgrade_to_float", "upgrade_to_float64", "upgrade_to_float_no_complex", "xor",
]  # fmt: skip


def _cast(self, input):
    """Wrap values around that the dtype cannot hold, as C and older versions of NumPy do."""
    with np.errstate(invalid="ignore"):
        return np.asarray(input).astype(self.o_type.dtype)[()]


patch(Cast, "impl", _cast)


def _exact(kind, greater):
    """Compare integers in C as integers; as float64, those beyond 2^53 would be rounded."""
    code, version = kind.c_code, kind.c_code_cache_version_apply

    def of_integers(node):
        return all(variable.type in discrete_types for variable in node.inputs + node.outputs)

    def c_code(self, node, name, inputs, outputs, sub):
        if not of_integers(node):
            return code(self, node, name, inputs, outputs, sub)
        x, y = inputs
        return f"{outputs[0]} = ({y}) {greater} ({x}) ? ({y}) : ({x});"

    def c_code_cache_version_apply(self, node):
        return (*version(self, node), "exact") if of_integers(node) else version(self, node)

    patch(kind, "c_code", c_code)
    patch(kind, "c_code_cache_version_apply", c_code_cache_version_apply)


_exact(Maximum, ">")
_exact(Minimum, "<")


def _single_precision():
    """Write float32 constants into C code as float32; PyTensor writes them as double precision.

    What is computed with them would be rounded otherwise than in Theano, which kept them in arrays.
    """
    literal, version = Scalar.c_literal, ScalarInnerGraphOp.c_code_cache_version

    def c_literal(self, data):
        text = literal(self, data)
        return text + "f" if self.dtype == "float32" and np.isfinite(data) else text

    def c_code_cache_version(self):
        constants = (x for x in self.fgraph.variables if isinstance(x, ScalarConstant))
        narrow = any(x.dtype == "float32" for x in constants)
        return (*version(self), "float32") if narrow else version(self)

    patch(Scalar, "c_literal", c_literal)
    patch(ScalarInnerGraphOp, "c_code_cache_version", c_code_cache_version)


_single_precision()

__getattr__ = absent.names(__name__)
