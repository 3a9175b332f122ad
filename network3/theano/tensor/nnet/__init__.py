"""Operations for neural networks: convolutions, activations, costs, batch normalization."""

import warnings
from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet import (
    abstract_conv,
    activations,
    blocksparse,
    bn,
    conv,
    conv3d2d,
    corr,
    corr3d,
    crossentropies,
    ctc,
    neighbours,
    nnet,
    opt,
    rows,
    sigm,
    softmaxes,
)
from network3.theano.tensor.nnet.abstract_conv import conv2d as abstract_conv2d
from network3.theano.tensor.nnet.abstract_conv import (
    conv2d_grad_wrt_inputs,
    conv3d,
    separable_conv2d,
)
from network3.theano.tensor.nnet.activations import *
from network3.theano.tensor.nnet.bn import batch_normalization
from network3.theano.tensor.nnet.conv import ConvOp
from network3.theano.tensor.nnet.crossentropies import *
from network3.theano.tensor.nnet.nnet import h_softmax, logsoftmax_op, softmax_op
from network3.theano.tensor.nnet.rows import *
from network3.theano.tensor.nnet.sigm import scalar_sigmoid, sigmoid, softplus
from network3.theano.tensor.nnet.softmaxes import *

__all__ = [
    *activations.__all__,
    *crossentropies.__all__,
    *rows.__all__,
    *softmaxes.__all__,
    "ConvOp", "abstract_conv", "abstract_conv2d", "batch_normalization",
    "blocksparse", "bn", "conv", "conv2d", "conv2d_grad_wrt_inputs", "conv2d_transpose", "conv3d",
    "conv3d2d", "corr", "corr3d", "ctc", "h_softmax", "logsoftmax_op", "neighbours", "nnet", "opt",
    "scalar_sigmoid", "separable_conv2d", "sigm", "sigmoid", "softmax_op", "softplus",
]  # fmt: skip


def conv2d(
    input: Any,
    filters: Any,
    input_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    image_shape=None,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
    **kwargs,
) -> TensorVariable:
    """Convolve images with filters; see `theano.tensor.nnet.abstract_conv.conv2d`.

    `image_shape` is the older name of `input_shape`. It causes a warning, and so do unknown
    arguments.

    Raises
    ------
    ValueError
        If both names of the shape are given, or one of `imshp_logical` and `kshp_logical`.
    """
    if "imshp_logical" in kwargs or "kshp_logical" in kwargs:
        raise ValueError(
            "nnet.conv2d got imshp_logical or kshp_logical: to stretch images or filters use "
            "filter_dilation, or conv2d_grad_wrt_inputs with subsample"
        )
    if kwargs:
        warnings.warn(f"nnet.conv2d ignores unknown arguments: {sorted(kwargs)}", stacklevel=2)
    if image_shape is not None:
        if input_shape is not None:
            raise ValueError("nnet.conv2d got input_shape and image_shape: give only input_shape")
        warnings.warn("image_shape is the older name of nnet.conv2d's input_shape", stacklevel=2)
        input_shape = image_shape
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    return abstract_conv2d(input, filters, input_shape, filter_shape, *form)


def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape,
    filter_shape=None,
    border_mode="valid",
    input_dilation=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """Return the transposed convolution, the gradient of `conv2d` with respect to its images.

    Parameters
    ----------
    input : tensor (N, K, P, Q)
    filters : tensor (K, C, R, S)
    output_shape : (N, C, H, W)
        N and C may be None, H and W symbolic.
    input_dilation : (int, int)
        The `subsample` of the convolution.
    filter_shape, border_mode, filter_flip, filter_dilation, num_groups, unshared
        As for `conv2d`.

    Returns
    -------
    tensor (N, C, H, W)
    """
    form = border_mode, input_dilation, filter_flip, filter_dilation, num_groups, unshared
    return conv2d_grad_wrt_inputs(input, filters, output_shape, filter_shape, *form)


__getattr__ = absent.names(
    __name__,
    {"sigmoid_inplace": "use sigmoid; PyTensor works in place automatically"},
)
