"""theano.tensor.inplace: operators that overwrite their first input with the result.

They are for graphs that are compiled without rewrites. Otherwise PyTensor inserts such operators
where they are safe.
"""

from pytensor import scalar
from pytensor.tensor.elemwise import DimShuffle, Elemwise

from network3.theano import absent

__all__ = [
    "abs__inplace", "add_inplace", "and__inplace", "arccos_inplace", "arccosh_inplace",
    "arcsin_inplace", "arcsinh_inplace", "arctan2_inplace", "arctan_inplace", "arctanh_inplace",
    "ceil_inplace", "conj_inplace", "cos_inplace", "cosh_inplace", "eq_inplace", "erf_inplace",
    "erfc_inplace", "erfcx_inplace", "exp2_inplace", "exp_inplace", "expm1_inplace", "fill_inplace",
    "floor_inplace", "gamma_inplace", "gammaln_inplace", "ge_inplace", "gt_inplace", "i0_inplace",
    "i1_inplace", "int_div_inplace", "inv_inplace", "invert_inplace", "j0_inplace", "j1_inplace",
    "jv_inplace", "le_inplace", "log10_inplace", "log1p_inplace", "log2_inplace", "log_inplace",
    "lt_inplace", "maximum_inplace", "minimum_inplace", "mod_inplace", "mul_inplace", "neg_inplace",
    "neq_inplace", "or__inplace", "pow_inplace", "psi_inplace", "round_half_away_from_zero_inplace",
    "round_half_to_even_inplace", "second_inplace", "sgn_inplace", "sin_inplace", "sinh_inplace",
    "sqr_inplace", "sqrt_inplace", "sub_inplace", "tan_inplace", "tanh_inplace",
    "transpose_inplace", "tri_gamma_inplace", "true_div_inplace", "trunc_inplace", "xor_inplace",
]  # fmt: skip


def _inplace(op):
    """Return a scalar operator for arrays, whose result has the dtype of its first input."""
    return Elemwise(type(op)(_first), {0: 0})


def _first(*types):
    return [types[0]]


abs__inplace = _inplace(scalar.abs)
add_inplace = _inplace(scalar.add)
and__inplace = _inplace(scalar.and_)
arccos_inplace = _inplace(scalar.arccos)
arccosh_inplace = _inplace(scalar.arccosh)
arcsin_inplace = _inplace(scalar.arcsin)
arcsinh_inplace = _inplace(scalar.arcsinh)
arctan2_inplace = _inplace(scalar.arctan2)
arctan_inplace = _inplace(scalar.arctan)
arctanh_inplace = _inplace(scalar.arctanh)
ceil_inplace = _inplace(scalar.ceil)
conj_inplace = _inplace(scalar.conj)
cos_inplace = _inplace(scalar.cos)
cosh_inplace = _inplace(scalar.cosh)
eq_inplace = _inplace(scalar.eq)
erf_inplace = _inplace(scalar.erf)
erfc_inplace = _inplace(scalar.erfc)
erfcx_inplace = _inplace(scalar.erfcx)
exp2_inplace = _inplace(scalar.exp2)
exp_inplace = _inplace(scalar.exp)
expm1_inplace = _inplace(scalar.expm1)
fill_inplace = _inplace(scalar.second)
floor_inplace = _inplace(scalar.floor)
gamma_inplace = _inplace(scalar.gamma)
gammaln_inplace = _inplace(scalar.gammaln)
ge_inplace = _inplace(scalar.ge)
gt_inplace = _inplace(scalar.gt)
i0_inplace = _inplace(scalar.i0)
i1_inplace = _inplace(scalar.i1)
int_div_inplace = _inplace(scalar.int_div)
inv_inplace = _inplace(scalar.reciprocal)
invert_inplace = _inplace(scalar.invert)
j0_inplace = _inplace(scalar.j0)
j1_inplace = _inplace(scalar.j1)
jv_inplace = _inplace(scalar.jv)
le_inplace = _inplace(scalar.le)
log10_inplace = _inplace(scalar.log10)
log1p_inplace = _inplace(scalar.log1p)
log2_inplace = _inplace(scalar.log2)
log_inplace = _inplace(scalar.log)
lt_inplace = _inplace(scalar.lt)
maximum_inplace = _inplace(scalar.maximum)
minimum_inplace = _inplace(scalar.minimum)
mod_inplace = _inplace(scalar.mod)
mul_inplace = _inplace(scalar.mul)
neg_inplace = _inplace(scalar.neg)
neq_inplace = _inplace(scalar.neq)
or__inplace = _inplace(scalar.or_)
pow_inplace = _inplace(scalar.pow)
psi_inplace = _inplace(scalar.psi)
round_half_away_from_zero_inplace = _inplace(scalar.round_half_away_from_zero)
round_half_to_even_inplace = _inplace(scalar.round_half_to_even)
second_inplace = _inplace(scalar.second)
sgn_inplace = _inplace(scalar.sign)
sin_inplace = _inplace(scalar.sin)
sinh_inplace = _inplace(scalar.sinh)
sqr_inplace = _inplace(scalar.sqr)
sqrt_inplace = _inplace(scalar.sqrt)
sub_inplace = _inplace(scalar.sub)
tan_inplace = _inplace(scalar.tan)
tanh_inplace = _inplace(scalar.tanh)
tri_gamma_inplace = _inplace(scalar.tri_gamma)
true_div_inplace = _inplace(scalar.true_div)
trunc_inplace = _inplace(scalar.trunc)
xor_inplace = _inplace(scalar.xor)


def transpose_inplace(x, **kwargs):
    """Return a view of `x` with the order of its axes reversed."""
    return DimShuffle(input_ndim=x.ndim, new_order=range(x.ndim - 1, -1, -1), inplace=True)(x)


__getattr__ = absent.names(
    __name__,
    {
        "chi2sf_inplace": "use chi2sf",
        "deg2rad_inplace": "use deg2rad",
        "iv_inplace": "use iv",
        "rad2deg_inplace": "use rad2deg",
    },
)
