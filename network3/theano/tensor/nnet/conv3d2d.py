"""A convolution in time and space, with the time axis before that of the feature maps."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.conv_ops import AbstractConv3d

__all__ = ["conv3d"]


def conv3d(
    signals: Any, filters: Any, signals_shape=None, filters_shape=None, border_mode="valid"
) -> TensorVariable:
    """Convolve signals with filters in time and space.

    Parameters
    ----------
    signals : tensor (N, T, C, H, W)
    filters : tensor (K, R', C, R, S)
    signals_shape, filters_shape : tuples of five ints or None, optional
        The sizes that are known.
    border_mode : "valid", "full" or "half"
        It may also be a tuple of three of these words, all the same.

    Returns
    -------
    tensor (N, T', K, P, Q)

    Raises
    ------
    ValueError
        If `border_mode` is none of these.
    """
    modes = border_mode if isinstance(border_mode, tuple | list) else 3 * (border_mode,)
    if len(modes) != 3 or len(set(modes)) > 1 or modes[0] not in ("valid", "full", "half"):
        raise ValueError(
            f"conv3d2d.conv3d got border_mode {border_mode!r}: it must be 'valid', 'full' or "
            f"'half', or a tuple of three times the same word"
        )
    convolution = AbstractConv3d(_maps_first(signals_shape), _maps_first(filters_shape), modes[0])
    signals, filters = T.as_tensor_variable(signals), T.as_tensor_variable(filters)
    return convolution(signals.swapaxes(1, 2), filters.swapaxes(1, 2)).swapaxes(1, 2)


def _maps_first(shape):
    return None if shape is None else (shape[0], shape[2], shape[1], *shape[3:])


_DIAGONALS = "conv3d2d.conv3d does not need it; to take diagonals, index with theano.tensor.arange"

__getattr__ = absent.names(
    __name__,
    {
        "DiagonalSubtensor": _DIAGONALS,
        "IncDiagonalSubtensor": _DIAGONALS,
        "diagonal_subtensor": _DIAGONALS,
        "get_diagonal_subtensor_view": _DIAGONALS,
        "inc_diagonal_subtensor": _DIAGONALS,
    },
)
