"""Functions for all forms of convolution, and for their gradients."""

from typing import Any

from pytensor.tensor.variable import TensorVariable

from network3.theano import absent
from network3.theano.tensor.nnet import bilinear as _bilinear
from network3.theano.tensor.nnet import conv_ops as _conv_ops
from network3.theano.tensor.nnet import conv_shapes as _conv_shapes
from network3.theano.tensor.nnet import separable_conv as _separable_conv
from network3.theano.tensor.nnet.bilinear import *
from network3.theano.tensor.nnet.conv_ops import *
from network3.theano.tensor.nnet.conv_shapes import *
from network3.theano.tensor.nnet.conv_shapes import static
from network3.theano.tensor.nnet.separable_conv import *

__all__ = [
    *_bilinear.__all__,
    *_conv_ops.__all__,
    *_conv_shapes.__all__,
    *_separable_conv.__all__,
    "conv2d",
    "conv2d_grad_wrt_inputs",
    "conv2d_grad_wrt_weights",
    "conv3d",
    "conv3d_grad_wrt_inputs",
    "conv3d_grad_wrt_weights",
]


def conv2d(
    input: Any,
    filters: Any,
    input_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """Convolve images with filters.

    By default this is the book's convolution, with flipped filters, without padding and with
    stride 1, for which this package has a fast kernel.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    filters : tensor (K, C, R, S)
    input_shape, filter_shape : tuples of int and None, optional
        The sizes that are known, `imshp` and `kshp` of `BaseAbstractConv`.
    border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
        As for `BaseAbstractConv`.

    Returns
    -------
    tensor (N, K, P, Q)

    Raises
    ------
    TypeError, ValueError
        If the number of dimensions, a dtype, a size or another argument is wrong.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    return _conv_ops.AbstractConv2d(input_shape, filter_shape, *form)(input, filters)


def conv2d_grad_wrt_inputs(
    output_grad: Any,
    filters: Any,
    input_shape,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """Return the gradient with respect to the images of `conv2d`.

    Parameters
    ----------
    output_grad : tensor (N, K, P, Q)
        The gradient with respect to the output of `conv2d`.
    filters : tensor (K, C, R, S)
    input_shape : (N, C, H, W)
        N and C may be None, H and W may be symbolic.
    filter_shape, border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
        As for `conv2d`.

    Returns
    -------
    tensor (N, C, H, W)
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    gradient = _conv_ops.AbstractConv2d_gradInputs(_known(input_shape, 4), filter_shape, *form)
    return gradient(filters, output_grad, input_shape[-2:])


def conv2d_grad_wrt_weights(
    input: Any,
    output_grad: Any,
    filter_shape,
    input_shape=None,
    border_mode="valid",
    subsample=(1, 1),
    filter_flip=True,
    filter_dilation=(1, 1),
    num_groups=1,
    unshared=False,
) -> TensorVariable:
    """Return the gradient with respect to the filters of `conv2d`.

    Parameters
    ----------
    input : tensor (N, C, H, W)
    output_grad : tensor (N, K, P, Q)
        The gradient with respect to the output of `conv2d`.
    filter_shape : (K, C, R, S), or (K, P, Q, C, R, S) if `unshared` is true
        R and S may be symbolic, the others may be None.
    input_shape, border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
        As for `conv2d`.

    Returns
    -------
    tensor
        It has the shape `filter_shape`.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups, unshared
    known = _known(filter_shape, 6 if unshared else 4)
    gradient = _conv_ops.AbstractConv2d_gradWeights(input_shape, known, *form)
    return gradient(input, output_grad, filter_shape[-2:])


def conv3d(
    input: Any,
    filters: Any,
    input_shape=None,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """Convolve images along three axes, as `conv2d` does along two.

    Parameters
    ----------
    input : tensor (N, C, D, H, W)
    filters : tensor (K, C, L, R, S)
    input_shape, filter_shape, border_mode, subsample, filter_flip, filter_dilation, num_groups
        As for `conv2d`, with one more size or axis.

    Returns
    -------
    tensor (N, K, O, P, Q)
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    return _conv_ops.AbstractConv3d(input_shape, filter_shape, *form)(input, filters)


def conv3d_grad_wrt_inputs(
    output_grad: Any,
    filters: Any,
    input_shape,
    filter_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """Return the gradient with respect to the images of `conv3d`, of shape (N, C, D, H, W).

    The arguments are those of `conv2d_grad_wrt_inputs`, with one more size or axis.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    gradient = _conv_ops.AbstractConv3d_gradInputs(_known(input_shape, 5), filter_shape, *form)
    return gradient(filters, output_grad, input_shape[-3:])


def conv3d_grad_wrt_weights(
    input: Any,
    output_grad: Any,
    filter_shape,
    input_shape=None,
    border_mode="valid",
    subsample=(1, 1, 1),
    filter_flip=True,
    filter_dilation=(1, 1, 1),
    num_groups=1,
) -> TensorVariable:
    """Return the gradient with respect to the filters of `conv3d`, of shape (K, C, L, R, S).

    The arguments are those of `conv2d_grad_wrt_weights`, with one more size or axis.
    """
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    gradient = _conv_ops.AbstractConv3d_gradWeights(input_shape, _known(filter_shape, 5), *form)
    return gradient(input, output_grad, filter_shape[-3:])


def _known(shape, length):
    """Return a shape with the sizes that are known, and None for the others."""
    if not hasattr(shape, "__len__") or len(shape) != length:
        raise ValueError(f"the shape is {shape!r}: it must have {length} sizes")
    return tuple(static(n) for n in shape)


__getattr__ = absent.names(__name__)
