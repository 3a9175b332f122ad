"""theano.sandbox.linalg: the older location of theano.tensor.slinalg and nlinalg."""

from network3.theano import absent
from network3.theano.tensor.nlinalg import (
    alloc_diag,
    det,
    diag,
    eig,
    eigh,
    extract_diag,
    matrix_inverse,
    trace,
)
from network3.theano.tensor.slinalg import cholesky, eigvalsh, solve

__all__ = [
    "alloc_diag",
    "cholesky",
    "det",
    "diag",
    "eig",
    "eigh",
    "eigvalsh",
    "extract_diag",
    "matrix_inverse",
    "solve",
    "trace",
]

__getattr__ = absent.names(
    __name__,
    {
        "ops": "import theano.sandbox.linalg.ops",
        "psd": "it was a hint to Theano's optimizer; leave it out",
        "spectral_radius_bound": "use theano.tensor.nlinalg.eigh, which computes the eigenvalues",
    },
)
