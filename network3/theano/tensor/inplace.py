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


abs__inplace = Elemwise(scalar.abs, {0: 0})
add_inplace = Elemwise(scalar.add, {0: 0})
and__inplace = Elemwise(scalar.and_, {0: 0})
arccos_inplace = Elemwise(scalar.arccos, {0: 0})
arccosh_inplace = Elemwise(scalar.arccosh, {0: 0})
arcsin_inplace = Elemwise(scalar.arcsin, {0: 0})
arcsinh_inplace = Elemwise(scalar.arcsinh, {0: 0})
arctan2_inplace = Elemwise(scalar.arctan2, {0: 0})
arctan_inplace = Elemwise(scalar.arctan, {0: 0})
arctanh_inplace = Elemwise(scalar.arctanh, {0: 0})
ceil_inplace = Elemwise(scalar.ceil, {0: 0})
conj_inplace = Elemwise(scalar.conj, {0: 0})
cos_inplace = Elemwise(scalar.cos, {0: 0})
cosh_inplace = Elemwise(scalar.cosh, {0: 0})
eq_inplace = Elemwise(scalar.eq, {0: 0})
erf_inplace = Elemwise(scalar.erf, {0: 0})
erfc_inplace = Elemwise(scalar.erfc, {0: 0})
erfcx_inplace = Elemwise(scalar.erfcx, {0: 0})
exp2_inplace = Elemwise(scalar.exp2, {0: 0})
exp_inplace = Elemwise(scalar.exp, {0: 0})
expm1_inplace = Elemwise(scalar.expm1, {0: 0})
fill_inplace = Elemwise(scalar.second, {0: 0})
floor_inplace = Elemwise(scalar.floor, {0: 0})
gamma_inplace = Elemwise(scalar.gamma, {0: 0})
gammaln_inplace = Elemwise(scalar.gammaln, {0: 0})
ge_inplace = Elemwise(scalar.ge, {0: 0})
gt_inplace = Elemwise(scalar.gt, {0: 0})
i0_inplace = Elemwise(scalar.i0, {0: 0})
i1_inplace = Elemwise(scalar.i1, {0: 0})
int_div_inplace = Elemwise(scalar.int_div, {0: 0})
inv_inplace = Elemwise(scalar.reciprocal, {0: 0})
invert_inplace = Elemwise(scalar.invert, {0: 0})
j0_inplace = Elemwise(scalar.j0, {0: 0})
j1_inplace = Elemwise(scalar.j1, {0: 0})
jv_inplace = Elemwise(scalar.jv, {0: 0})
le_inplace = Elemwise(scalar.le, {0: 0})
log10_inplace = Elemwise(scalar.log10, {0: 0})
log1p_inplace = Elemwise(scalar.log1p, {0: 0})
log2_inplace = Elemwise(scalar.log2, {0: 0})
log_inplace = Elemwise(scalar.log, {0: 0})
lt_inplace = Elemwise(scalar.lt, {0: 0})
maximum_inplace = Elemwise(scalar.maximum, {0: 0})
minimum_inplace = Elemwise(scalar.minimum, {0: 0})
mod_inplace = Elemwise(scalar.mod, {0: 0})
mul_inplace = Elemwise(scalar.mul, {0: 0})
neg_inplace = Elemwise(scalar.neg, {0: 0})
neq_inplace = Elemwise(scalar.neq, {0: 0})
or__inplace = Elemwise(scalar.or_, {0: 0})
pow_inplace = Elemwise(scalar.pow, {0: 0})
psi_inplace = Elemwise(scalar.psi, {0: 0})
round_half_away_from_zero_inplace = Elemwise(scalar.round_half_away_from_zero, {0: 0})
round_half_to_even_inplace = Elemwise(scalar.round_half_to_even, {0: 0})
second_inplace = Elemwise(scalar.second, {0: 0})
sgn_inplace = Elemwise(scalar.sign, {0: 0})
sin_inplace = Elemwise(scalar.sin, {0: 0})
sinh_inplace = Elemwise(scalar.sinh, {0: 0})
sqr_inplace = Elemwise(scalar.sqr, {0: 0})
sqrt_inplace = Elemwise(scalar.sqrt, {0: 0})
sub_inplace = Elemwise(scalar.sub, {0: 0})
tan_inplace = Elemwise(scalar.tan, {0: 0})
tanh_inplace = Elemwise(scalar.tanh, {0: 0})
tri_gamma_inplace = Elemwise(scalar.tri_gamma, {0: 0})
true_div_inplace = Elemwise(scalar.true_div, {0: 0})
trunc_inplace = Elemwise(scalar.trunc, {0: 0})
xor_inplace = Elemwise(scalar.xor, {0: 0})


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
