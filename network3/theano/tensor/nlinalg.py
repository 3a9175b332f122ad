"""theano.tensor.nlinalg: linear algebra of NumPy's."""

import functools

import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.tensor import Op, as_tensor_variable, linalg, tensor
from pytensor.tensor.basic import AllocDiag, ExtractDiag
from pytensor.tensor.linalg import (
    SVD,
    Det,
    Eig,
    Eigh,
    MatrixInverse,
    MatrixPinv,
    TensorSolve,
    det,
    eig,
    lstsq,
    matrix_inverse,
    matrix_power,
    pinv,
    svd,
    tensorsolve,
)

from network3.theano import absent

__all__ = [
    "AllocDiag", "Apply", "Det", "DisconnectedType", "Eig", "Eigh", "ExtractDiag", "MatrixInverse",
    "MatrixPinv", "Op", "SVD", "TensorInv", "TensorSolve", "alloc_diag", "as_tensor_variable",
    "det", "diag", "eig", "eigh", "extract_diag", "lstsq", "matrix_dot", "matrix_inverse",
    "matrix_power", "norm", "pinv", "qr", "svd", "tensor", "tensorinv", "tensorsolve", "trace",
]  # fmt: skip


class TensorInv(linalg.TensorInv):
    """PyTensor's, with the lengths of the result, where that has those of its input."""

    def make_node(self, a):
        a = as_tensor_variable(a)
        lengths = a.type.shape[self.ind :] + a.type.shape[: self.ind]
        return Apply(self, [a], [a.type.clone(shape=lengths)()])


def tensorinv(a, ind=2):
    """The inverse of a by tensordot over the first ind axes."""
    return TensorInv(ind)(a)


def diag(x):
    """The matrix with a vector on its diagonal, or the diagonal of a matrix."""
    return pt.diag(x)


def alloc_diag(x):
    """The matrix with a vector on its diagonal."""
    return pt.basic.alloc_diag(x)


def extract_diag(x):
    """The diagonal of a matrix."""
    return pt.diagonal(x)


def matrix_dot(*args):
    """The product of matrices."""
    return functools.reduce(pt.dot, args)


def trace(X):
    """The sum of the diagonal of a matrix."""
    return pt.trace(X)


def eigh(a, UPLO="L"):
    """The eigenvalues, ascending, and eigenvectors of a symmetric matrix; reads one triangle."""
    return linalg.eigh(a, lower=UPLO == "L")


def qr(a, mode="reduced"):
    """The factors Q and R of a matrix (M, N), K = min(M, N).

    Parameters
    ----------
    mode : str
        'reduced': Q (M, K) and R (K, N); 'complete': Q (M, M) and R (M, N); 'r': R (K, N) alone.

    Raises
    ------
    ValueError
        For another mode.
    """
    if mode not in _QR:
        raise ValueError(f"qr got mode {mode!r}: it must be 'reduced', 'complete' or 'r'")
    if mode == "r":
        return linalg.qr(a, mode="economic")[1]
    return linalg.qr(a, mode=_QR[mode])


_QR = {"reduced": "economic", "complete": "full", "r": "r"}


def norm(x, ord):
    """The norm of a vector or a matrix, of x's dtype.

    Parameters
    ----------
    ord : None, number or str
        None: the root of the sum of squares. 'inf', '-inf': for a vector the largest or smallest
        absolute value, for a matrix the largest or smallest sum of a row's. A vector also takes any
        number p, the p-th root of the sum of p-th powers, or how many are not 0 if p is 0; a matrix
        takes 'fro' and, for the largest or smallest sum of a column's absolute values, 1 and -1.

    Raises
    ------
    ValueError
        For another order, or a tensor that is neither vector nor matrix.
    """
    x = pt.as_tensor_variable(x)
    if x.ndim == 1:
        return _vector_norm(x, ord)
    if x.ndim == 2:
        return _matrix_norm(x, ord)
    raise ValueError(f"norm got {x.ndim} dimensions: it must be a vector or a matrix")


def _vector_norm(x, ord):
    if ord is None:
        return pt.sqrt(pt.sum(pt.sqr(x)))
    if ord == "inf":
        return pt.max(abs(x))
    if ord == "-inf":
        return pt.min(abs(x))
    if isinstance(ord, str):
        raise ValueError(f"norm of a vector: {ord!r}: it must be None, 'inf', '-inf' or a number")
    if ord == 0:
        return pt.sum(pt.neq(x, 0))
    return pt.sum(abs(x) ** ord) ** (1.0 / ord)


def _matrix_norm(x, ord):
    if ord is None or ord == "fro":
        return pt.sqrt(pt.sum(pt.sqr(abs(x))))
    if ord == "inf":
        return pt.max(pt.sum(abs(x), axis=1))
    if ord == "-inf":
        return pt.min(pt.sum(abs(x), axis=1))
    if ord == 1:
        return pt.max(pt.sum(abs(x), axis=0))
    if ord == -1:
        return pt.min(pt.sum(abs(x), axis=0))
    raise ValueError(f"norm of a matrix: {ord!r}: it must be None, 'fro', 'inf', '-inf', 1 or -1")


__getattr__ = absent.names(
    __name__,
    {
        "QRFull": "use the function qr",
        "QRIncomplete": "use the function qr",
    },
)
