"""theano.tensor.slinalg: linear algebra of SciPy's.

`Cholesky` and `Solve` are functions here that return functions, so that `Solve(...)(A, b)` works.
"""

import numpy as np
import pytensor.tensor as pt
from pytensor.graph.basic import Apply
from pytensor.raise_op import CheckAndRaise
from pytensor.tensor import Op, as_tensor_variable, linalg, tensor
from pytensor.tensor.linalg import Eigvalsh, Expm, eigvalsh, expm, kron

from network3.theano import absent

__all__ = [
    "Apply",
    "Cholesky",
    "Eigvalsh",
    "Expm",
    "MATRIX_STRUCTURES",
    "Op",
    "Solve",
    "as_tensor_variable",
    "cholesky",
    "eigvalsh",
    "expm",
    "kron",
    "solve",
    "solve_lower_triangular",
    "solve_symmetric",
    "solve_upper_triangular",
    "tensor",
]


MATRIX_STRUCTURES = (
    "general",
    "symmetric",
    "lower_triangular",
    "upper_triangular",
    "hermitian",
    "banded",
    "diagonal",
    "toeplitz",
)


def Cholesky(lower=True, on_error="raise"):
    """A function like `cholesky`, for the lower or the upper triangle.

    Parameters
    ----------
    on_error : str
        'raise' raises LinAlgError when the compiled function meets a matrix that is not positive
        definite; 'nan' returns nan for it.
    """
    if on_error not in ("raise", "nan"):
        raise ValueError(f"Cholesky got on_error {on_error!r}: it must be 'raise' or 'nan'")

    def factor(x):
        triangle = linalg.cholesky(x, lower=lower)
        if on_error == "nan":
            return triangle
        return _positive_definite(triangle, pt.all(~pt.isnan(triangle)))

    return factor


_positive_definite = CheckAndRaise(np.linalg.LinAlgError, "the matrix is not positive definite")

cholesky = Cholesky()


def Solve(A_structure="general", lower=False, overwrite_A=False, overwrite_b=False):
    """A function like `solve`, for matrices A of a structure.

    Parameters
    ----------
    A_structure : str
        'lower_triangular' and 'upper_triangular' read the one triangle; any other solves the
        general problem, as Theano does.
    lower : bool
        Theano ignores it.
    overwrite_A, overwrite_b : bool
        Accepted; PyTensor finds out itself what may be overwritten.

    Raises
    ------
    ValueError
        For a structure that is not among MATRIX_STRUCTURES.
    """
    if A_structure not in MATRIX_STRUCTURES:
        raise ValueError(f"A_structure is {A_structure!r}: it must be among {MATRIX_STRUCTURES}")

    def solve(A, b):
        b = pt.as_tensor_variable(b)
        if A_structure in ("lower_triangular", "upper_triangular"):
            lower = A_structure == "lower_triangular"
            return linalg.solve_triangular(A, b, lower=lower, b_ndim=b.ndim)
        return linalg.solve(A, b, b_ndim=b.ndim)

    return solve


solve = Solve()
solve_lower_triangular = Solve(A_structure="lower_triangular", lower=True)
solve_upper_triangular = Solve(A_structure="upper_triangular")
solve_symmetric = Solve(A_structure="symmetric")


__getattr__ = absent.names(__name__)
