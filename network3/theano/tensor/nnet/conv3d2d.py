"""A convolution in time and space, with time before the maps."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet.conv_ops import AbstractConv3d

__all__ = ["conv3d"]


def conv3d(
    signals: Any, filters: Any, signals_shape=None, filters_shape=None, border_mode="valid"
) -> TensorVariable:
    """(N, T', K, P, Q) from signals (N, T, C, H, W) and filters (K, R', C, R, S).

    `border_mode` is "valid", "full" or "half", or three of these words, all the same.
    """
    modes = border_mode if isinstance(border_mode, tuple | list) else 3 * (border_mode,)
    if len(modes) != 3 or len(set(modes)) > 1 or modes[0] not in ("valid", "full", "half"):
        raise ValueError(
            f"conv3d2d.conv3d got border_mode {border_mode!r}: it must be 'valid', 'full' or "
            f"'half', or three times the same of these words"
        )
    convolution = AbstractConv3d(_maps_first(signals_shape), _maps_first(filters_shape), modes[0])
    signals, filters = T.as_tensor_variable(signals), T.as_tensor_variable(filters)
    return convolution(signals.swapaxes(1, 2), filters.swapaxes(1, 2)).swapaxes(1, 2)


def _maps_first(shape):
    return None if shape is None else (shape[0], shape[2], shape[1], *shape[3:])


_DIAGONALS = "conv3d2d.conv3d needs no diagonals here; index with theano.tensor.arange"

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
