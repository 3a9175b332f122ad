"""theano.scalar.basic_scipy: special functions of single numbers, such as the gamma function."""

from pytensor.scalar.basic import (
    BinaryScalarOp,
    UnaryScalarOp,
    complex_types,
    discrete_types,
    exp,
    float_types,
    upcast,
    upgrade_to_float,
    upgrade_to_float_no_complex,
)

from pytensor.scalar.math import (  # isort: skip
    I0, I1, J0, J1, Erf, Erfc, Erfcinv, Erfcx, Erfinv, Gamma, GammaInc, GammaIncC, GammaLn, Jv, Psi,
    TriGamma, erf, erfc, erfcinv, erfcx, erfinv, gamma, gammainc, gammaincc, gammaln, i0, i1, j0,
    j1, jv, psi, tri_gamma,
)  # fmt: skip

from network3.theano import absent

__all__ = [
    "BinaryScalarOp", "Erf", "Erfc", "Erfcinv", "Erfcx", "Erfinv", "Gamma", "GammaInc", "GammaIncC",
    "GammaLn", "I0", "I1", "J0", "J1", "Jv", "Psi", "TriGamma", "UnaryScalarOp", "complex_types",
    "discrete_types", "erf", "erfc", "erfcinv", "erfcx", "erfinv", "exp", "float_types", "gamma",
    "gammainc", "gammaincc", "gammaln", "i0", "i1", "j0", "j1", "jv", "psi", "tri_gamma", "upcast",
    "upgrade_to_float", "upgrade_to_float_no_complex",
]  # fmt: skip

__getattr__ = absent.names(__name__)
