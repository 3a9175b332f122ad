"""Functions that prepend a number to each row, and the confusion matrix."""

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
    """Prepend a number to each row of a matrix.

    Parameters
    ----------
    val : scalar
        It is converted to the dtype of `mat`.
    mat : matrix (N, K)

    Returns
    -------
    matrix (N, K + 1)

    Raises
    ------
    TypeError
        If `val` is not a scalar or `mat` is not a matrix.
    """
    mat = T.as_tensor_variable(mat)
    val = T.as_tensor_variable(val)
    if mat.type.ndim != 2 or val.type.ndim != 0:
        raise TypeError(
            f"prepend_scalar_to_each_row got {val.type} and {mat.type}: they must be a scalar and "
            "a matrix"
        )
    column = T.full((mat.shape[0], 1), val, dtype=mat.dtype)
    return T.concatenate([column, mat], axis=1)


class Prepend_scalar_constant_to_each_row:
    """`prepend_scalar_to_each_row` as a class: constructed with a number, called with matrices."""

    def __init__(self, val=0):
        self.val = val

    def __call__(self, mat: Any) -> TensorVariable:
        """Return a matrix (N, K + 1) from a matrix (N, K)."""
        return prepend_scalar_to_each_row(self.val, mat)


class Prepend_scalar_to_each_row:
    """`prepend_scalar_to_each_row` as a class."""

    def __call__(self, val: Any, mat: Any) -> TensorVariable:
        """Return a matrix (N, K + 1) from a number and a matrix (N, K)."""
        return prepend_scalar_to_each_row(val, mat)


prepend_0_to_each_row = Prepend_scalar_constant_to_each_row(0.0)
prepend_1_to_each_row = Prepend_scalar_constant_to_each_row(1.0)


def confusion_matrix(actual: TensorVariable, pred: TensorVariable) -> list[TensorVariable]:
    """Count how often each label is predicted for each true label.

    Parameters
    ----------
    actual, pred : vector (N,)
        The true and the predicted labels.

    Returns
    -------
    matrix (L, L) of int64
        Entry (i, j) is the number of rows whose true label is ``labels[i]`` and whose predicted
        label is ``labels[j]``.
    labels : vector (L,)
        The labels that occur, sorted.

    Raises
    ------
    ValueError
        If an argument is not a vector.
    """
    for name, x in {"actual": actual, "pred": pred}.items():
        if x.ndim != 1:
            raise ValueError(
                f"confusion_matrix got {name} with {x.ndim} dimensions: it must have 1"
            )
    labels: Any = T.unique(T.concatenate([actual, pred]))
    rows, columns = (T.eq(x[:, None], labels).astype("int64") for x in (actual, pred))
    return [T.dot(rows.T, columns), labels]
