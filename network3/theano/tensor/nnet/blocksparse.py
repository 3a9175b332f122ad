"""Products with matrices of which only some blocks count."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent

__all__ = ["sparse_block_dot"]


def sparse_block_dot(W: Any, h: Any, inputIdx: Any, b: Any, outputIdx: Any) -> TensorVariable:
    """For each example, the chosen blocks of the output from the chosen blocks of the input.

    y[n,o] = b[outputIdx[n,o]] + sum over i of h[n,i] . W[inputIdx[n,i], outputIdx[n,o]]

    Parameters
    ----------
    W : (input blocks, output blocks, K, L)
    h : (N, I, K)
        I blocks for each example.
    inputIdx : integers (N, I)
        Which blocks these are.
    b : (output blocks, L)
    outputIdx : integers (N, O)
        The blocks of the output that are wanted.

    Returns
    -------
    (N, O, L); without N where h is a matrix and the indices are vectors
    """
    W, h, inputIdx, b, outputIdx = map(T.as_tensor_variable, (W, h, inputIdx, b, outputIdx))
    if h.type.ndim == 2:
        return sparse_block_dot(W, h[None], inputIdx[None], b, outputIdx[None])[0]
    blocks = W[inputIdx[:, :, None], outputIdx[:, None, :]]  # (N, I, O, K, L)
    return b[outputIdx] + (h[:, :, None, :, None] * blocks).sum(axis=(1, 3))


_INSTEAD = "use sparse_block_dot"

__getattr__ = absent.names(
    __name__,
    {
        "SparseBlockGemv": _INSTEAD,
        "SparseBlockOuter": "take the gradient of sparse_block_dot with theano.grad",
        "sparse_block_gemv": _INSTEAD,
        "sparse_block_gemv_inplace": _INSTEAD,
        "sparse_block_outer": "take the gradient of sparse_block_dot with theano.grad",
        "sparse_block_outer_inplace": "take the gradient of sparse_block_dot with theano.grad",
    },
)
