"""A number put before each row; a table of what was said for what."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

__all__ = [
    "Prepend_scalar_constant_to_each_row",
    "Prepend_scalar_to_each_row",
    "confusion_matrix",
    "prepend_0_to_each_row",
    "prepend_1_to_each_row",
    "prepend_scalar_to_each_row",
]


def prepend_scalar_to_each_row(val: Any, mat: Any) -> TensorVariable:
    """(N, K + 1): the matrix (N, K) with a number, of the matrix's dtype, before each row."""
    mat = T.as_tensor_variable(mat)
    val = T.as_tensor_variable(val)
    if mat.type.ndim != 2 or val.type.ndim != 0:
        raise TypeError(
            f"got {val.type} to prepend to {mat.type}: they must be a number and a matrix"
        )
    column = T.full((mat.shape[0], 1), val, dtype=mat.dtype)
    return T.concatenate([column, mat], axis=1)


class Prepend_scalar_constant_to_each_row:
    """`prepend_scalar_to_each_row` for one number, to be called with matrices."""

    def __init__(self, val=0):
        self.val = val

    def __call__(self, mat: Any) -> TensorVariable:
        """(N, K + 1) from (N, K)."""
        return prepend_scalar_to_each_row(self.val, mat)


class Prepend_scalar_to_each_row:
    """`prepend_scalar_to_each_row` as a class."""

    def __call__(self, val: Any, mat: Any) -> TensorVariable:
        """(N, K + 1) from a number and (N, K)."""
        return prepend_scalar_to_each_row(val, mat)


prepend_0_to_each_row = Prepend_scalar_constant_to_each_row(0.0)
prepend_1_to_each_row = Prepend_scalar_constant_to_each_row(1.0)


def confusion_matrix(actual: TensorVariable, pred: TensorVariable) -> list[TensorVariable]:
    """How often each label was predicted where each was true.

    Parameters
    ----------
    actual, pred : vectors (N,)

    Returns
    -------
    [(L, L) of int64, (L,)]
        Entry (i, j) counts where labels[i] was true and labels[j] predicted; the labels, sorted.

    Raises
    ------
    ValueError
        For anything but vectors.
    """
    for name, x in {"actual": actual, "pred": pred}.items():
        if x.ndim != 1:
            raise ValueError(f"confusion_matrix got {name} with {x.ndim} dimensions: it needs 1")
    labels: Any = T.unique(T.concatenate([actual, pred]))
    rows, columns = (T.eq(x[:, None], labels).astype("int64") for x in (actual, pred))
    return [T.dot(rows.T, columns), labels]
