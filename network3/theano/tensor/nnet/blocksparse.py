"""Products with matrices of which only some blocks are used."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent

__all__ = ["sparse_block_dot"]


def sparse_block_dot(W: Any, h: Any, inputIdx: Any, b: Any, outputIdx: Any) -> TensorVariable:
    """Compute the chosen blocks of the output from the chosen blocks of the input.

    y[n,o] = b[outputIdx[n,o]] + sum over i of h[n,i] . W[inputIdx[n,i], outputIdx[n,o]]

    Parameters
    ----------
    W : tensor (input blocks, output blocks, K, L)
    h : tensor (N, I, K)
        I blocks of the input for each example.
    inputIdx : tensor of integers (N, I)
        The indices of these blocks.
    b : tensor (output blocks, L)
    outputIdx : tensor of integers (N, O)
        The indices of the blocks of the output to compute.

    Returns
    -------
    tensor (N, O, L)
        It is a matrix (O, L) if `h` is a matrix and the indices are vectors.
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
