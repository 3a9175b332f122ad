"""Bilinear upsampling: each row and column between others is their weighted mean.

Along each axis this is a product with a matrix of weights.
"""

from math import gcd
from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet.conv_shapes import sizes, static

__all__ = [
    "bilinear_kernel_1D",
    "bilinear_kernel_2D",
    "bilinear_upsampling",
    "frac_bilinear_upsampling",
]


def bilinear_upsampling(
    input: Any,
    ratio=None,
    frac_ratio=None,
    batch_size=None,
    num_input_channels=None,
    use_1D_kernel=True,
) -> TensorVariable:
    """Images (N, C, H * ratio, W * ratio) from (N, C, H, W).

    Outside, the border goes on as it is. With an even ratio the last row and column are repeated
    once more than the first.

    Parameters
    ----------
    input : 4-D variable (N, C, H, W)
    ratio : int, or a symbolic integer
    frac_ratio : (p, q), or ((p, q), (p', q')) for rows and columns
        Instead of `ratio`, the ratio p / q. Needs `use_1D_kernel=False`.
    batch_size, num_input_channels : ints
        N and C, where they are known.
    use_1D_kernel : bool
        Changes nothing else.

    Raises
    ------
    ValueError
        Where both ratios are given, or none.
    """
    if (ratio is None) == (frac_ratio is None):
        raise ValueError(
            f"bilinear_upsampling got ratio={ratio!r} and frac_ratio={frac_ratio!r}: give one"
        )
    if frac_ratio is not None:
        if use_1D_kernel:
            raise ValueError(
                "bilinear_upsampling with frac_ratio needs use_1D_kernel=False, as in Theano"
            )
        return frac_bilinear_upsampling(input, frac_ratio)
    known = static(ratio)
    ratio = ratio if known is None else known
    origin = (ratio - 1) // 2
    input = T.specify_shape(input, (batch_size, num_input_channels, None, None))
    H, W = sizes(input)[2:]
    rows = _weights(H, H * ratio, ratio, 1, -origin)
    columns = _weights(W, W * ratio, ratio, 1, -origin)
    return _product(rows, input, columns)


def frac_bilinear_upsampling(input: Any, frac_ratio) -> TensorVariable:
    """Images upsampled by a fraction p / q: every q-th row and column of those upsampled by p.

    Parameters
    ----------
    input : 4-D variable (N, C, H, W)
    frac_ratio : (p, q), or ((p, q), (p', q')) for rows and columns

    Returns
    -------
    4-D variable (N, C, (H * p - 1) // q + 1, (W * p' - 1) // q' + 1)
    """
    if not isinstance(frac_ratio, tuple):
        raise ValueError(
            f"got frac_ratio {frac_ratio!r}: it must be a tuple (p, q), or two of them"
        )
    fractions = frac_ratio if isinstance(frac_ratio[0], tuple) else 2 * (frac_ratio,)
    input = T.as_tensor_variable(input)
    weights = []
    for size, (p, q) in zip(sizes(input)[2:], fractions, strict=True):
        p, q = p // gcd(p, q), q // gcd(p, q)
        origin = ((2 * size - 1) * p + 1) // 2 - (size - 1) * p - 1
        weights.append(_weights(size, (size * p - 1) // q + 1, p, q, -origin))
    return _product(weights[0], input, weights[1])


def bilinear_kernel_1D(ratio, normalize=True) -> TensorVariable:
    """The weights (2 * ratio - 1,), of floatX, with which a place adds to its neighbourhood: they
    rise in steps of 1 (of 1 / ratio, where normalized) to the middle and fall again."""
    floatX = pytensor.config.floatX
    rise = T.arange(1, ratio + 1, dtype=floatX)
    kernel = T.concatenate([rise, rise[-2::-1]])
    return kernel / T.cast(ratio, floatX) if normalize else kernel


def bilinear_kernel_2D(ratio, normalize=True) -> TensorVariable:
    """The products of `bilinear_kernel_1D` for rows and columns; `ratio` may be a pair."""
    down, across = ratio if isinstance(ratio, tuple) else (ratio, ratio)
    rows, columns = (bilinear_kernel_1D(r, normalize) for r in (down, across))
    return rows[:, None] * columns[None, :]


def _weights(size, upsampled, ratio, step, origin):
    """(upsampled, size): the weight of every old place in every new one, which lies at
    (origin + step * new) / ratio among the old; places before the first and after the last weigh
    for these."""
    known = all(isinstance(n, int | np.integer) for n in (size, upsampled, ratio))
    xp: Any = np if known else T
    at = (origin + step * xp.arange(upsampled)) / ratio
    at = xp.clip(at, 0, size - 1)
    return xp.maximum(0.0, 1.0 - abs(at[:, None] - xp.arange(size)))


def _product(rows, images, columns):
    rows, columns = (T.as_tensor_variable(w).astype(images.dtype) for w in (rows, columns))
    return T.dot(T.tensordot(images, rows, ((2,), (1,))).swapaxes(2, 3), columns.T)
