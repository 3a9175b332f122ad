"""Convolutions that are composed of others: separable ones, and causal ones in time."""

from typing import Any

import pytensor.tensor as T
from pytensor.tensor.variable import TensorVariable

from network3.theano.tensor.nnet.conv_ops import AbstractConv2d, AbstractConv3d

__all__ = ["causal_conv1d", "separable_conv2d", "separable_conv3d"]


def separable_conv2d(
    input: Any,
    depthwise_filters: Any,
    pointwise_filters: Any,
    num_channels,
    input_shape=None,
    depthwise_filter_shape=None,
    pointwise_filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
) -> TensorVariable:
    """Convolve each feature map separately, then combine the results linearly.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    depthwise_filters : tensor (M, 1, R, S)
        M / C filters for each of the C feature maps.
    pointwise_filters : tensor (K, M, 1, 1)
        The weights of the linear combinations.
    num_channels : int
        C.
    input_shape, depthwise_filter_shape, pointwise_filter_shape : tuples, optional
        The sizes that are known.
    border_mode, subsample, filter_flip, filter_dilation
        As for `conv2d`, for the convolution of each feature map.

    Returns
    -------
    tensor (N, K, P, Q)
    """
    form = border_mode, subsample, filter_flip, filter_dilation
    depthwise = AbstractConv2d(input_shape, depthwise_filter_shape, *form, num_groups=num_channels)
    pointwise = AbstractConv2d(kshp=pointwise_filter_shape)
    return pointwise(depthwise(input, depthwise_filters), pointwise_filters)


def separable_conv3d(
    input: Any,
    depthwise_filters: Any,
    pointwise_filters: Any,
    num_channels,
    input_shape=None,
    depthwise_filter_shape=None,
    pointwise_filter_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
) -> TensorVariable:
    """Do the same as `separable_conv2d`, along three axes."""
    form = border_mode, subsample, filter_flip, filter_dilation
    depthwise = AbstractConv3d(input_shape, depthwise_filter_shape, *form, num_groups=num_channels)
    pointwise = AbstractConv3d(kshp=pointwise_filter_shape)
    return pointwise(depthwise(input, depthwise_filters), pointwise_filters)


def causal_conv1d(
    input: Any,
    filters: Any,
    filter_shape,
    input_shape=None,
    subsample=1,
    filter_flip=True,
    filter_dilation=1,
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """Convolve along time so that no output depends on later inputs.

    Parameters
    ----------
    input : tensor (N, C, L)
    filters : tensor (K, C, R)
    filter_shape : (K, C, R)
        K and C may be None.
    input_shape : (N, C, L), optional
        The sizes that are known, and None for the others.
    subsample, filter_dilation : int
    filter_flip, num_groups, unshared
        As for `conv2d`.

    Returns
    -------
    tensor (N, K, L')

    Raises
    ------
    ValueError
        If `input` or `filters` does not have three dimensions.
    """
    input, filters = T.as_tensor_variable(input), T.as_tensor_variable(filters)
    for name, x in {"input": input, "filters": filters}.items():
        if x.type.ndim != 3:
            raise ValueError(
                f"causal_conv1d got {name} with {x.type.ndim} dimensions: it must have 3"
            )
    past = filter_dilation * (filter_shape[2] - 1)
    convolution = AbstractConv2d(
        None if input_shape is None else (*input_shape, 1),
        (*filter_shape, 1),
        ((past, 0), 0),
        (subsample, 1),
        filter_flip,
        (filter_dilation, 1),
        num_groups,
        unshared,
    )
    return convolution(input[..., None], filters[..., None])[..., 0]
