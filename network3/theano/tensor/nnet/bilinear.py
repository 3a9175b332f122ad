"""Bilinear upsampling: new rows and columns are weighted means of their neighbours.

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
    """Upsample images by bilinear interpolation.

    Beyond the first and last rows and columns, the border is repeated. If the ratio is even, the
    last row and column are repeated once more than the first.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    ratio : int or symbolic integer
        The factor for both axes.
    frac_ratio : (p, q), or ((p, q), (p', q')) for rows and columns
        The factor p / q, to give instead of `ratio` together with ``use_1D_kernel=False``.
    batch_size, num_input_channels : int, optional
        N and C, if they are known.
    use_1D_kernel : bool
        Must be False if `frac_ratio` is given; otherwise it has no effect.

    Returns
    -------
    tensor (N, C, H * ratio, W * ratio)

    Raises
    ------
    ValueError
        If both factors or none are given, or if `frac_ratio` is given and `use_1D_kernel` is true.
    """
    if (ratio is None) == (frac_ratio is None):
        raise ValueError(
            f"bilinear_upsampling got ratio={ratio!r} and frac_ratio={frac_ratio!r}: give exactly "
            "one of them"
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
    """Upsample images by a fraction p / q.

    The result has every q-th row and column of the images upsampled by p.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    frac_ratio : (p, q), or ((p, q), (p', q')) for rows and columns

    Returns
    -------
    tensor (N, C, (H * p - 1) // q + 1, (W * p' - 1) // q' + 1)

    Raises
    ------
    ValueError
        If `frac_ratio` is not a tuple.
    """
    if not isinstance(frac_ratio, tuple):
        raise ValueError(
            f"frac_ratio is {frac_ratio!r}: it must be a tuple (p, q), or a tuple of two of them"
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
    """Return the weights (2 * ratio - 1,) with which a pixel contributes to its neighbourhood.

    They rise in steps of 1, or of 1 / ratio if `normalize` is true, to the middle and fall again.
    Their dtype is floatX.
    """
    floatX = pytensor.config.floatX
    rise = T.arange(1, ratio + 1, dtype=floatX)
    kernel = T.concatenate([rise, rise[-2::-1]])
    return kernel / T.cast(ratio, floatX) if normalize else kernel


def bilinear_kernel_2D(ratio, normalize=True) -> TensorVariable:
    """Return the outer product of `bilinear_kernel_1D` for rows and columns.

    `ratio` is an int, or a tuple of two for rows and columns.
    """
    down, across = ratio if isinstance(ratio, tuple) else (ratio, ratio)
    rows, columns = (bilinear_kernel_1D(r, normalize) for r in (down, across))
    return rows[:, None] * columns[None, :]


def _weights(size, upsampled, ratio, step, origin):
    """Return the weight of each old pixel in each new one, as a matrix (upsampled, size).

    The new pixel i lies at the old position (origin + step * i) / ratio. Positions before the first
    or after the last old pixel are moved to it.
    """
    known = all(isinstance(n, int | np.integer) for n in (size, upsampled, ratio))
    xp: Any = np if known else T
    at = (origin + step * xp.arange(upsampled)) / ratio
    at = xp.clip(at, 0, size - 1)
    return xp.maximum(0.0, 1.0 - abs(at[:, None] - xp.arange(size)))


def _product(rows, images, columns):
    rows, columns = (T.as_tensor_variable(w).astype(images.dtype) for w in (rows, columns))
    return T.dot(T.tensordot(images, rows, ((2,), (1,))).swapaxes(2, 3), columns.T)
