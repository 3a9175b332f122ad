"""theano.sandbox.linalg.ops: older names of functions in theano.tensor.slinalg and nlinalg."""

from network3.theano import absent
from network3.theano.tensor.nlinalg import MatrixInverse, det, extract_diag, matrix_inverse, trace
from network3.theano.tensor.slinalg import Cholesky, Solve, cholesky, solve

__all__ = [
    "Cholesky",
    "MatrixInverse",
    "Solve",
    "cholesky",
    "det",
    "extract_diag",
    "matrix_inverse",
    "solve",
    "trace",
]

_HINT = "it was a hint to Theano's optimizer; leave it out"

__getattr__ = absent.names(
    __name__,
    {
        "Hint": _HINT,
        "hints": _HINT,
        "psd": _HINT,
        "spectral_radius_bound": "use theano.tensor.nlinalg.eigh, which computes the eigenvalues",
    },
)
