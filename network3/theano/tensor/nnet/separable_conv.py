"""Convolutions that are made of others: depthwise then pointwise, and causal in time."""

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
    """Each map convolved for itself, then the results added up with weights.

    Parameters
    ----------
    input : (N, C, H, W)
    depthwise_filters : (M, 1, R, S)
        M / C filters for each of the C maps.
    pointwise_filters : (K, M, 1, 1)
    num_channels : int
        C.
    others : as for `conv2d`, for the first of the two convolutions

    Returns
    -------
    (N, K, P, Q)
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
    """As `separable_conv2d`, along three axes."""
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
    """A convolution in time (N, K, L') that sees nothing of the future.

    Parameters
    ----------
    input : (N, C, L)
    filters : (K, C, R)
    filter_shape : (K, C, R)
        R must be given.
    input_shape : (N, C, L), with None for what is not known
    subsample, filter_dilation : ints
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
