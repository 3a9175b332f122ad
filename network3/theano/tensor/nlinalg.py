"""theano.tensor.nlinalg: NumPy's linear algebra."""

import functools

import numpy as np
import pytensor.tensor as pt
from pytensor.gradient import DisconnectedType
from pytensor.graph.basic import Apply
from pytensor.tensor import Op, as_tensor_variable, linalg, tensor
from pytensor.tensor.basic import AllocDiag, ExtractDiag
from pytensor.tensor.blockwise import Blockwise
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
    matrix_inverse,
    matrix_power,
    pinv,
    svd,
    tensorsolve,
)
from pytensor.tensor.linalg import Lstsq as lstsq  # noqa: N813 (the name of the class in Theano)

from network3.kernels.pytensor_versions import patch
from network3.theano import absent

__all__ = [
    "AllocDiag", "Apply", "Det", "DisconnectedType", "Eig", "Eigh", "ExtractDiag", "MatrixInverse",
    "MatrixPinv", "Op", "SVD", "TensorInv", "TensorSolve", "alloc_diag", "as_tensor_variable",
    "det", "diag", "eig", "eigh", "extract_diag", "lstsq", "matrix_dot", "matrix_inverse",
    "matrix_power", "norm", "pinv", "qr", "svd", "tensor", "tensorinv", "tensorsolve", "trace",
]  # fmt: skip


_perform = Blockwise.perform


def _arrays(self, node, inputs, output_storage):
    """Turn NumPy's scalars, such as the determinant of one matrix, into arrays."""
    _perform(self, node, inputs, output_storage)
    for storage in output_storage:
        storage[0] = np.asarray(storage[0])


patch(Blockwise, "perform", _arrays)


class TensorInv(linalg.TensorInv):
    """PyTensor's operator with the right shape of the result.

    PyTensor declares the shape of the input as that of the result; their axes differ in order.
    """

    def make_node(self, a):
        a = as_tensor_variable(a)
        lengths = a.type.shape[self.ind :] + a.type.shape[: self.ind]
        return Apply(self, [a], [a.type.clone(shape=lengths)()])


def tensorinv(a, ind=2):
    """Return the inverse of `a` with respect to a tensordot over its first `ind` axes."""
    return TensorInv(ind)(a)


def diag(x):
    """Return the matrix with a vector on its diagonal, or the diagonal of a matrix.

    Raises
    ------
    TypeError
        If `x` is neither.
    """
    x = as_tensor_variable(x)
    if x.ndim not in (1, 2):
        raise TypeError(f"diag got {x.ndim} dimensions: x must be a vector or a matrix")
    return pt.diag(x)


def alloc_diag(x):
    """Return the matrix with a vector on its diagonal.

    Raises
    ------
    TypeError
        If `x` is not a vector.
    """
    x = as_tensor_variable(x)
    if x.ndim != 1:
        raise TypeError(f"alloc_diag got {x.ndim} dimensions: x must be a vector")
    return pt.basic.alloc_diag(x)


def extract_diag(x):
    """Return the diagonal of a matrix."""
    return pt.diagonal(x)


def matrix_dot(*args):
    """Return the product of several matrices."""
    return functools.reduce(pt.dot, args)


def trace(X):
    """Return the sum of the diagonal of a matrix."""
    return pt.trace(X)


def eigh(a, UPLO="L"):
    """Return the eigenvalues, ascending, and the eigenvectors of a symmetric matrix.

    It reads only the lower triangle, or the upper one if `UPLO` is "U".
    """
    return linalg.eigh(a, lower=UPLO == "L")


def qr(a, mode="reduced"):
    """Return the QR decomposition of a matrix.

    Parameters
    ----------
    a : matrix (M, N)
        Below, K is min(M, N).
    mode : str
        'reduced' returns Q (M, K) and R (K, N), 'complete' returns Q (M, M) and R (M, N), and 'r'
        returns R (K, N) alone.

    Raises
    ------
    ValueError
        If the mode is none of these.
    """
    if mode not in _QR:
        raise ValueError(f"qr got mode {mode!r}: it must be 'reduced', 'complete' or 'r'")
    if mode == "r":
        return linalg.qr(a, mode="economic")[1]
    return linalg.qr(a, mode=_QR[mode])


_QR = {"reduced": "economic", "complete": "full", "r": "r"}


def norm(x, ord):
    """Return the norm of a vector or a matrix.

    Parameters
    ----------
    x : vector or matrix
    ord : None, number or str
        The order of the norm. For vectors and matrices: None, the square root of the sum of
        squares. For a vector: 'inf' or '-inf', the largest or smallest absolute value; 0, the
        number of nonzero entries; any other number p, the p-th root of the sum of the p-th powers
        of absolute values. For a matrix: 'fro', the same as None; 'inf' or '-inf', the largest or
        smallest sum of absolute values in a row; 1 or -1, the same in a column.

    Raises
    ------
    ValueError
        If the order is none of these, or if `x` is a scalar.
    NotImplementedError
        If `x` has more than two dimensions.
    """
    x = pt.as_tensor_variable(x)
    if x.ndim == 1:
        return _vector_norm(x, ord)
    if x.ndim == 2:
        return _matrix_norm(x, ord)
    error = NotImplementedError if x.ndim > 2 else ValueError
    raise error(f"norm got {x.ndim} dimensions: x must be a vector or a matrix")


def _vector_norm(x, ord):
    if ord is None:
        return pt.sqrt(pt.sum(pt.sqr(x)))
    if ord == "inf":
        return pt.max(abs(x))
    if ord == "-inf":
        return pt.min(abs(x))
    if isinstance(ord, str):
        raise ValueError(
            f"norm of a vector: ord is {ord!r}: it must be None, 'inf', '-inf' or a number"
        )
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
    raise ValueError(
        f"norm of a matrix: ord is {ord!r}: it must be None, 'fro', 'inf', '-inf', 1 or -1"
    )


__getattr__ = absent.names(
    __name__,
    {
        "QRFull": "use the function qr",
        "QRIncomplete": "use the function qr",
    },
)
