"""Convolutions of any form, and their gradients, as functions."""

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
    """The convolution (N, K, P, Q) of images (N, C, H, W) with filters (K, C, R, S).

    The default is the book's: a true convolution, borders cut off, stride 1, and is computed by
    this package's fast kernel at once. `BaseAbstractConv` explains the other arguments;
    `input_shape` and `filter_shape` are its `imshp` and `kshp`.

    Raises
    ------
    TypeError, ValueError
        For another form, dimensions, dtypes or sizes that do not fit.
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
    """The gradient (N, C, H, W) for the images of `conv2d`, from that for its output (N, K, P, Q).

    `input_shape` is (N, C, H, W): N and C may be None, H and W may be symbolic.
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
    """The gradient (K, C, R, S) for the filters of `conv2d`, from that for its output.

    `filter_shape` is (K, C, R, S), or (K, P, Q, C, R, S) where unshared: R and S may be symbolic,
    the others may be None.
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
    """The convolution (N, K, O, P, Q) of (N, C, D, H, W) with filters (K, C, L, R, S)."""
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
    """The gradient (N, C, D, H, W) for the images of `conv3d`, as `conv2d_grad_wrt_inputs`."""
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
    """The gradient (K, C, L, R, S) for the filters of `conv3d`, as `conv2d_grad_wrt_weights`."""
    form = border_mode, subsample, filter_flip, filter_dilation, num_groups
    gradient = _conv_ops.AbstractConv3d_gradWeights(input_shape, _known(filter_shape, 5), *form)
    return gradient(input, output_grad, filter_shape[-3:])


def _known(shape, length):
    """The sizes that are known of a gradient's; the others are symbolic or None."""
    if not hasattr(shape, "__len__") or len(shape) != length:
        raise ValueError(f"got a shape {shape!r}: it must have {length} sizes")
    return tuple(static(n) for n in shape)


__getattr__ = absent.names(
    __name__,
    {
        "assert_conv_shape": "sizes are checked by the convolution itself",
        "assert_shape": "use theano.tensor.specify_shape",
    },
)
