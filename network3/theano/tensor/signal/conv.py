"""The convolution of images without an axis for feature maps."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet import conv
from network3.theano.tensor.nnet.conv_ops import AbstractConv2d

__all__ = ["conv", "conv2d"]


def conv2d(
    input: Any,
    filters: Any,
    image_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    **kargs,
) -> TensorVariable:
    """Convolve each image with each filter.

    Parameters
    ----------
    input : tensor (H, W) or (N, H, W)
    filters : tensor (R, S) or (K, R, S)
    image_shape, filter_shape : tuples of int and None, optional
        The sizes that are known.
    border_mode : "valid" or "full"
    subsample : (int, int)
        The strides.
    **kargs
        `unroll_batch` and other arguments about Theano's C code, which have no effect.

    Returns
    -------
    tensor (N, K, P, Q)
        Without N or K if `input` or `filters` is a matrix.

    Raises
    ------
    TypeError
        If `input` or `filters` does not have two or three dimensions.
    ValueError
        If `border_mode` is neither "valid" nor "full", or if sizes do not match.
    """
    input, filters = T.as_tensor_variable(input), T.as_tensor_variable(filters)
    for name, x in {"input": input, "filters": filters}.items():
        if x.type.ndim not in (2, 3):
            raise TypeError(
                f"signal.conv.conv2d got {name} with {x.type.ndim} dimensions: it must have 2 or 3"
            )
    if border_mode not in ("valid", "full"):
        raise ValueError(f"border_mode is {border_mode!r}: it must be 'valid' or 'full'")
    one_image, one_filter = input.type.ndim == 2, filters.type.ndim == 2
    images = input[None, None] if one_image else input[:, None]
    filters = filters[None, None] if one_filter else filters[:, None]
    sizes = _with_a_map(image_shape, one_image), _with_a_map(filter_shape, one_filter)
    y = AbstractConv2d(*sizes, border_mode, subsample)(images, filters)
    return y[0 if one_image else slice(None), 0 if one_filter else slice(None)]


def _with_a_map(shape, single):
    if shape is None:
        return None
    return (1, 1, *shape) if single else (shape[0], 1, *shape[1:])


__getattr__ = absent.names(__name__)
