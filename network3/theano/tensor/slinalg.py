"""theano.tensor.slinalg: SciPy's linear algebra.

In Theano `Cholesky` and `Solve` are classes of operators. Here they are functions that return
functions, so ``Solve(...)(A, b)`` works too.
"""

import numpy as np
import pytensor.tensor as pt
from pytensor.graph.basic import Apply
from pytensor.tensor import Op, as_tensor_variable, linalg, tensor
from pytensor.tensor.linalg import Eigvalsh, Expm, expm, kron
from pytensor.tensor.math import discrete_dtypes
from pytensor.tensor.type_other import NoneTypeT

from network3.ops.checking import CheckedValue
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
    """Return a function like `cholesky`, for the lower or the upper triangle.

    Parameters
    ----------
    lower : bool
        If true, the function computes the lower triangle, otherwise the upper one.
    on_error : str
        What to do if a matrix is not positive definite: 'raise' a LinAlgError when the compiled
        function computes it, or return 'nan'.

    Raises
    ------
    ValueError
        If `on_error` is neither 'raise' nor 'nan'.
    """
    if on_error not in ("raise", "nan"):
        raise ValueError(f"Cholesky got on_error {on_error!r}: it must be 'raise' or 'nan'")

    def factor(x):
        triangle = linalg.cholesky(x, lower=lower)
        if on_error == "nan":
            return triangle
        return _positive_definite(triangle, pt.all(~pt.isnan(triangle)))

    return factor


_positive_definite = CheckedValue(np.linalg.LinAlgError, "the matrix is not positive definite")

cholesky = Cholesky()


def eigvalsh(a, b, lower=True):
    """Return the eigenvalues of a symmetric matrix `a`, in ascending order.

    `b` is the matrix of the generalized problem, or None.
    """
    is_none = b is None or isinstance(getattr(b, "type", None), NoneTypeT)
    return linalg.eigvalsh(a, None if is_none else b, lower=lower)


def Solve(A_structure="general", lower=False, overwrite_A=False, overwrite_b=False):
    """Return a function like `solve`, for matrices `A` with a certain structure.

    Parameters
    ----------
    A_structure : str
        One of MATRIX_STRUCTURES. With 'lower_triangular' or 'upper_triangular' the function reads
        only that triangle. With any other it solves the general problem, as Theano does.
    lower : bool
        Ignored, as in Theano.
    overwrite_A, overwrite_b : bool
        Ignored: PyTensor decides what it may overwrite.

    Raises
    ------
    ValueError
        If `A_structure` is not one of MATRIX_STRUCTURES.
    """
    if A_structure not in MATRIX_STRUCTURES:
        raise ValueError(f"A_structure is {A_structure!r}: it must be one of {MATRIX_STRUCTURES}")

    def solve(A, b):
        A, b = pt.as_tensor_variable(A), pt.as_tensor_variable(b)
        if A.dtype in discrete_dtypes and b.dtype in discrete_dtypes:
            A = A.astype("float64")
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
